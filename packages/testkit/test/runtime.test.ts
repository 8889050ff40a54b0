import { describe, expect, it } from 'vitest'
import { SEEDED_RUNTIME_DEFAULTS, seededRuntime } from '../src/runtime/seeded-runtime.ts'
import { splitMix64, xoshiro128 } from '../src/runtime/xoshiro128.ts'

/** Long enough for a clock that moves by itself to move. */
async function realTurns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('the generators of a seeded runtime', () => {
  it('are SplitMix64 as its reference implementation runs', () => {
    const next = splitMix64(1234567)
    expect([next(), next(), next(), next(), next()]).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ])
  })

  it('and xoshiro128** 1.1 as its reference implementation runs', () => {
    const next = xoshiro128([0x964d4a0c, 0xd40ab895, 0xad7fdecb, 0x3006f0f0])
    expect([next(), next(), next(), next()]).toEqual([0xf1391922, 0x6fe53806, 0xa5be2840, 0xf510ee70])
  })
})

describe('seededRuntime', () => {
  it('gives the same numbers and ids for the same seed, and others for another', () => {
    const draw = (seed: number): unknown[] => {
      const runtime = seededRuntime({ seed })
      return Array.from({ length: 20 }, () => [runtime.random(), runtime.newId()])
    }
    expect(draw(5)).toEqual(draw(5))
    expect(draw(5)).not.toEqual(draw(6))
    expect(draw(0)).toEqual(draw(0))
    expect(draw(-3)).not.toEqual(draw(3))
  })

  it('draws ids without moving the random numbers', () => {
    const [one, other] = [seededRuntime({ seed: 9 }), seededRuntime({ seed: 9 })]
    other.newId()
    expect(one.random()).toBe(other.random())
  })

  it('makes UUIDv7s of its own time, in order', async () => {
    const runtime = seededRuntime({ startAt: 0x0123_4567_89ab })
    const ids = [runtime.newId(), runtime.newId()]
    await runtime.advance(5)
    ids.push(runtime.newId())
    expect(ids[0]).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(ids[2]).toMatch(/^01234567-89b0-7/)
    expect(ids.toSorted()).toEqual(ids)
  })

  it('has a clock that stands still until it is told to move', async () => {
    const runtime = seededRuntime()
    expect(runtime.now()).toBe(SEEDED_RUNTIME_DEFAULTS.startAt)
    expect(runtime.monotonic()).toBe(0)
    await runtime.advance(1.5)
    expect(runtime.now()).toBe(SEEDED_RUNTIME_DEFAULTS.startAt + 1)
    expect(runtime.monotonic()).toBe(1.5)
  })

  it('fires timers in the order in which they are due, each at its own time, with promises settled in between', async () => {
    const runtime = seededRuntime()
    const seen: string[] = []
    const note = (name: string) => (): void => {
      seen.push(`${name} at ${runtime.monotonic()}`)
      void Promise.resolve()
        .then(() => undefined)
        .then(() => seen.push(`${name} settled`))
    }
    runtime.setTimer(20, note('c'))
    runtime.setTimer(10, note('a'))
    runtime.setTimer(10, note('b'))
    runtime.setTimer(30, note('late'))
    await runtime.advance(20)
    expect(seen).toEqual(['a at 10', 'a settled', 'b at 10', 'b settled', 'c at 20', 'c settled'])
    expect(runtime.pendingTimers).toBe(1)
    expect(runtime.nextTimerInMs).toBe(10)
  })

  it('fires timers that timers set, if they are due within the same advance', async () => {
    const runtime = seededRuntime()
    const times: number[] = []
    const again = (): void => {
      times.push(runtime.monotonic())
      runtime.setTimer(4, again)
    }
    runtime.setTimer(4, again)
    await runtime.advance(13)
    expect(times).toEqual([4, 8, 12])
    expect(runtime.monotonic()).toBe(13)
  })

  it('never fires a cancelled timer', async () => {
    const runtime = seededRuntime()
    let fired = 0
    const second = runtime.setTimer(2, () => fired++)
    runtime.setTimer(1, () => second.cancel())
    await runtime.advance(10)
    expect(fired).toBe(0)
    expect(runtime.pendingTimers).toBe(0)
  })

  it('fires a timer without a duration in a later turn, without time moving', async () => {
    const runtime = seededRuntime()
    const seen: string[] = []
    runtime.setTimer(0, () => seen.push('zero'))
    runtime.setTimer(-1, () => seen.push('negative'))
    runtime.setTimer(Number.NaN, () => seen.push('none'))
    seen.push('now')
    await runtime.settle()
    expect(seen).toEqual(['now', 'zero', 'negative', 'none'])
    expect(runtime.monotonic()).toBe(0)
  })

  it('yields turns in order, after timers that are due, with promises settled in between', async () => {
    const runtime = seededRuntime()
    const seen: string[] = []
    const note = (name: string) => (): void => {
      seen.push(name)
      void Promise.resolve().then(() => seen.push(`${name} settled`))
    }
    runtime.yieldTurn(note('first'))
    runtime.yieldTurn(note('second'))
    runtime.setTimer(0, note('due'))
    await runtime.settle()
    expect(seen).toEqual(['due', 'due settled', 'first', 'first settled', 'second', 'second settled'])
  })

  it('runs yielded turns without being asked to', async () => {
    const runtime = seededRuntime()
    const turns = new Promise<string>((resolve) =>
      runtime.yieldTurn(() => runtime.yieldTurn(() => resolve('second turn'))),
    )
    await expect(turns).resolves.toBe('second turn')
  })

  it('lets nothing but advance move the clock, unless it is told otherwise', async () => {
    const runtime = seededRuntime()
    let fired = false
    runtime.setTimer(1, () => (fired = true))
    await realTurns()
    expect(fired).toBe(false)
  })

  it('goes on by itself with autoAdvance', async () => {
    const runtime = seededRuntime({ autoAdvance: true })
    const pause = (ms: number): Promise<void> => new Promise((resolve) => void runtime.setTimer(ms, resolve))
    await pause(3_600_000)
    await pause(0.25)
    expect(runtime.monotonic()).toBe(3_600_000.25)
  })

  it('lets a settle pass before time moves by itself', async () => {
    const runtime = seededRuntime({ autoAdvance: true })
    let fired = false
    runtime.setTimer(1, () => (fired = true))
    await runtime.settle()
    expect(fired).toBe(false)
  })

  it('moves on by itself only while a promise that it was given is pending', async () => {
    const runtime = seededRuntime()
    let fired = 0
    runtime.setTimer(50, () => fired++)
    const work = new Promise<string>((resolve) => void runtime.setTimer(20, () => resolve('done')))
    await expect(runtime.until(work)).resolves.toBe('done')
    await realTurns()
    expect(fired).toBe(0)
    expect(runtime.monotonic()).toBe(20)
    await expect(runtime.until(Promise.reject(new RangeError('no')))).rejects.toThrow('no')
    await realTurns()
    expect(runtime.monotonic()).toBe(20)
  })

  it('runs advances that are asked for at once one after the other', async () => {
    const runtime = seededRuntime()
    const times: number[] = []
    await Promise.all(
      [5, 7].map(async (ms) => {
        await runtime.advance(ms)
        times.push(runtime.monotonic())
      }),
    )
    expect(times).toEqual([5, 12])
  })

  it.each([[{ seed: 1.5 }], [{ seed: Number.NaN }], [{ startAt: Infinity }]])('refuses %j', (options) => {
    expect(() => seededRuntime(options)).toThrow(/must be a safe integer/)
  })

  it.each([-1, Number.NaN, '5' as never])('refuses to advance by %s', async (ms) => {
    await expect(seededRuntime().advance(ms)).rejects.toThrow(TypeError)
  })
})
