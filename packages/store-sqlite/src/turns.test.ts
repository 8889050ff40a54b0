import type { Runtime } from '@micro/core'
import { describe, expect, it } from 'vitest'
import { CommitWatch } from './commit-watch.ts'
import { TurnBudget } from './turns.ts'

/** Time that stands still until it is moved; turns and timers that wait until they are let go. */
function fakeRuntime() {
  const turns: (() => void)[] = []
  const timers = new Set<{ readonly ms: number; readonly callback: () => void }>()
  let now = 0
  const runtime: Runtime = {
    now: () => now,
    newId: () => '',
    monotonic: () => now,
    random: () => 0.5,
    yieldTurn: (callback: () => void) => void turns.push(callback),
    setTimer: (ms: number, callback: () => void) => {
      const timer = { ms, callback }
      timers.add(timer)
      return { cancel: () => void timers.delete(timer) }
    },
  }
  const fire = (): number[] => {
    const due = [...timers]
    timers.clear()
    for (const { callback } of due) callback()
    return due.map(({ ms }) => ms)
  }
  return {
    runtime,
    timers,
    fire,
    advance: (ms: number) => (now += ms),
    nextTurn: () => turns.splice(0).forEach((turn) => turn()),
  }
}

describe('TurnBudget', () => {
  it('lets others have their turn after many reads', () => {
    const { runtime, nextTurn } = fakeRuntime()
    const budget = new TurnBudget(runtime)
    const spent = Array.from({ length: 65 }, () => budget.spend())
    expect(spent.slice(0, 64).every((wait) => wait === undefined)).toBe(true)
    expect(spent[64]).toBeInstanceOf(Promise)
    nextTurn()
    expect(budget.spend()).toBeUndefined()
  })

  it('lets others have their turn after a long time', () => {
    const { runtime, advance, nextTurn } = fakeRuntime()
    const budget = new TurnBudget(runtime)
    expect(budget.spend()).toBeUndefined()
    advance(6)
    expect(budget.spend()).toBeInstanceOf(Promise)
    nextTurn()
    expect(budget.spend()).toBeUndefined()
  })
})

describe('CommitWatch', () => {
  it('asks the file only while somebody waits, less and less often', () => {
    const { runtime, timers, fire } = fakeRuntime()
    let asked = 0
    const watch = new CommitWatch(runtime, () => (asked++, false), 20)
    const waiting = (): void => undefined
    expect(timers.size).toBe(0)
    watch.wait(waiting)
    const intervals = Array.from({ length: 10 }, () => fire()).flat()
    expect(asked).toBe(10)
    expect(intervals[0]).toBe(5)
    expect(intervals.at(-1)).toBe(20)
    watch.stopWaiting(waiting)
    expect(timers.size).toBe(0)
  })

  it('wakes everyone once at a commit of another process, and at one of its own', () => {
    const { runtime, timers, fire } = fakeRuntime()
    const watch = new CommitWatch(runtime, () => true, 20)
    const woken: string[] = []
    watch.wait(() => woken.push('one'))
    watch.wait(() => woken.push('two'))
    fire()
    expect(woken).toEqual(['one', 'two'])
    watch.wait(() => woken.push('three'))
    watch.wake()
    watch.wake()
    expect(woken).toEqual(['one', 'two', 'three'])
    expect(timers.size).toBe(0)
  })

  it('tells who looked before the latest change', () => {
    const { runtime } = fakeRuntime()
    const watch = new CommitWatch(runtime, () => false, 20)
    const before = watch.epoch
    watch.wake()
    expect(watch.epoch).toBeGreaterThan(before)
  })
})
