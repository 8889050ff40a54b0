import { describe, expect, it } from 'vitest'
import { MicroError } from '../errors/micro-error.ts'
import { stderrLogger } from '../runtime/stderr-logger.ts'
import { systemRuntime } from '../runtime/system-runtime.ts'
import { ClockDifferences } from './clock-differences.ts'
import { readDeadline, writeDeadline } from './deadline-header.ts'

/** A receiver's clocks, moved by hand. */
function clocks() {
  const time = { now: 1_800_000_000_000, monotonic: 0 }
  const runtime = { ...systemRuntime(), now: () => time.now, monotonic: () => time.monotonic }
  const advance = (ms: number): void => {
    time.now += ms
    time.monotonic += ms
  }
  return {
    time,
    advance,
    differences: new ClockDifferences(runtime),
    host: { runtime, logger: stderrLogger(), service: 's', instance: 'i-1' },
  }
}

describe('Micro-Deadline', () => {
  it('comes back as what is left of the time', () => {
    const { differences, host, advance } = clocks()
    expect(readDeadline(writeDeadline(500.9, host), differences)).toBe(500)
    const sent = writeDeadline(500, host)
    advance(200)
    expect(readDeadline(sent, differences)).toBe(300)
    expect(readDeadline(undefined, differences)).toBeUndefined()
  })

  it('refuses work whose time is over', () => {
    const { differences, host, advance } = clocks()
    readDeadline(writeDeadline(500, host), differences)
    const sent = writeDeadline(500, host)
    advance(501)
    expect(() => readDeadline(sent, differences)).toThrow(
      expect.objectContaining({ code: 'MICRO_TIMEOUT', outcome: 'none' }) as MicroError,
    )
  })

  it('does not mind a caller whose clock is wrong', () => {
    const { differences, time } = clocks()
    for (const wrong of [3_000, -3_600_000]) {
      const header = () => `500;${time.now + wrong};caller${wrong}`
      expect(readDeadline(header(), differences)).toBe(500)
      expect(readDeadline(header(), differences)).toBe(500)
    }
  })

  it('takes calls of a clock that was set back by an hour again after four minutes', () => {
    const { differences, time, advance } = clocks()
    let offset = 0
    const fresh = (): number | undefined => {
      try {
        return readDeadline(`500;${time.now + offset};caller`, differences)
      } catch {
        return 0
      }
    }
    expect(fresh()).toBe(500)
    offset = -3_600_000
    expect(fresh()).toBe(0)
    for (let minute = 0; minute < 4; minute++) {
      advance(61_000)
      fresh()
    }
    expect(fresh()).toBe(500)
  })

  it.each(['', 'x', '1;2', '-1;2;c', '1;2;c;d', '1;2;', `1;2;${'x'.repeat(101)}`, '1e3;2;c', '99999999999;2;c'])(
    'refuses %j',
    (header) => {
      const { differences } = clocks()
      expect(() => readDeadline(header, differences)).toThrow(MicroError)
    },
  )
})
