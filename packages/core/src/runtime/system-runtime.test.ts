import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemRuntime } from './system-runtime.ts'

describe('systemRuntime', () => {
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  it('makes ids that are distinct, in order and begin with the time', () => {
    vi.useFakeTimers({ now: 0x0198c5f12b3c })
    const runtime = systemRuntime()
    const ids = Array.from({ length: 3000 }, () => runtime.newId())
    expect(ids[0]?.slice(0, 14)).toBe('0198c5f1-2b3c-')
    expect(new Set(ids).size).toBe(3000)
    expect(ids).toEqual(ids.toSorted())
  })

  it('calls back once, after the time asked for and not before', () => {
    vi.useFakeTimers()
    const callback = vi.fn<() => void>()
    systemRuntime().setTimer(50, callback)
    vi.advanceTimersByTime(49)
    expect(callback).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1000)
    expect(callback).toHaveBeenCalledOnce()
  })

  it('waits on when Node fires too early', () => {
    vi.useFakeTimers()
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
    const callback = vi.fn<() => void>()
    systemRuntime().setTimer(50, callback)
    clock.mockReturnValue(49.2)
    vi.advanceTimersByTime(50)
    expect(callback).not.toHaveBeenCalled()
    clock.mockReturnValue(50.1)
    vi.advanceTimersByTime(1)
    expect(callback).toHaveBeenCalledOnce()
  })

  it('waits longer than the 24 days that a timer of Node can', () => {
    vi.useFakeTimers()
    const callback = vi.fn<() => void>()
    const days = 24 * 3600 * 1000
    systemRuntime().setTimer(60 * days, callback)
    vi.advanceTimersByTime(59 * days)
    expect(callback).not.toHaveBeenCalled()
    vi.advanceTimersByTime(days)
    expect(callback).toHaveBeenCalledOnce()
  })

  it('never calls back after a cancel, also in the second part of a long wait', () => {
    vi.useFakeTimers()
    const callback = vi.fn<() => void>()
    const days = 24 * 3600 * 1000
    const timer = systemRuntime().setTimer(60 * days, callback)
    vi.advanceTimersByTime(30 * days)
    timer.cancel()
    vi.advanceTimersByTime(100 * days)
    expect(callback).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('keeps the process alive for a timer only when asked to', () => {
    const timeouts: NodeJS.Timeout[] = []
    const original = globalThis.setTimeout
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((callback: () => void, ms: number) => {
      const timeout = original(callback, ms)
      timeouts.push(timeout)
      return timeout
    }) as typeof setTimeout)
    const runtime = systemRuntime()
    const timers = [runtime.setTimer(9999, () => {}), runtime.setTimer(9999, () => {}, { keepAlive: true })]
    expect(timeouts.map((timeout) => timeout.hasRef())).toEqual([false, true])
    for (const timer of timers) timer.cancel()
  })

  it('lets due timers run between one yield and the next', async () => {
    const runtime = systemRuntime()
    let fired = false
    runtime.setTimer(0, () => (fired = true), { keepAlive: true })
    let turns = 0
    await new Promise<void>((resolve) => {
      const turn = (): void => (fired || ++turns > 100_000 ? resolve() : runtime.yieldTurn(turn))
      turn()
    })
    expect(fired).toBe(true)
  })
})
