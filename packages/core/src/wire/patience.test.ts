import { describe, expect, it } from 'vitest'
import { MicroError } from '../errors/micro-error.ts'
import type { Runtime } from '../ports/runtime.ts'
import { systemRuntime } from '../runtime/system-runtime.ts'
import { Patience } from './patience.ts'

interface Turned {
  readonly runtime: Runtime
  readonly timers: () => number
  /** Lets time pass until then; what is due runs. */
  readonly turnTo: (time: number) => void
}

function turnedClock(): Turned {
  let now = 0
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>()
  const runtime: Runtime = {
    ...systemRuntime(),
    monotonic: () => now,
    setTimer: (ms, callback) => {
      const timer = { at: now + ms, callback }
      timers.add(timer)
      return { cancel: () => void timers.delete(timer) }
    },
  }
  const turnTo = (time: number): void => {
    for (;;) {
      const [first] = [...timers].filter(({ at }) => at <= time).toSorted((a, b) => a.at - b.at)
      if (first === undefined) break
      timers.delete(first)
      now = first.at
      first.callback()
    }
    now = time
  }
  return { runtime, timers: () => timers.size, turnTo }
}

const never = (): Promise<string> => new Promise(() => undefined)
const late = (): MicroError => new MicroError('MICRO_TIMEOUT', 'Too late.')

describe('patience', () => {
  it('gives what came in time, and fails as it failed', async () => {
    const patience = new Patience(turnedClock().runtime)
    await expect(patience.wait(Promise.resolve('here'), 100, late)).resolves.toBe('here')
    await expect(patience.wait(Promise.reject(new Error('broken')), 100, late)).rejects.toThrow('broken')
  })

  it('gives up what is late, never early and 10 ms late at most, in whatever order it was asked', async () => {
    const { runtime, turnTo } = turnedClock()
    const patience = new Patience(runtime)
    const ended: number[] = []
    const dueTimes = [5_000, 300, 320, 4_980, 2]
    const all = dueTimes.map((dueAt) => patience.wait(never(), dueAt, late).catch(() => ended.push(dueAt)))
    for (const dueAt of dueTimes.toSorted((a, b) => a - b)) {
      turnTo(dueAt - 1)
      await Promise.resolve()
      await Promise.resolve()
      expect(ended).not.toContain(dueAt)
      turnTo(dueAt + 10)
      await Promise.resolve()
      await Promise.resolve()
      expect(ended).toContain(dueAt)
    }
    await Promise.all(all)
  })

  it('has one timer for all, and none when nothing waits', async () => {
    const { runtime, timers, turnTo } = turnedClock()
    const patience = new Patience(runtime)
    const answered = Array.from({ length: 100 }, (_, at) => patience.wait(Promise.resolve(at), 5_000 - at, late))
    const waiting = patience.wait(never(), 500, late)
    expect(timers()).toBe(1)
    await Promise.all(answered)
    expect(timers()).toBe(1)
    turnTo(500)
    await expect(waiting).rejects.toThrow('Too late.')
    expect(timers()).toBe(0)
    await patience.wait(Promise.resolve('here'), 5_000, late)
    expect(timers()).toBe(0)
  })
})
