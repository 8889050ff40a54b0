import { describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../ports/event-store.ts'
import { PassedPositions } from './passed-positions.ts'

const events = (...positions: readonly number[]): readonly RecordedEvent[] =>
  positions.map((position) => ({ position }) as RecordedEvent)

const pass = (passed: PassedPositions, ...positions: readonly number[]): readonly number[] =>
  passed.pass(events(...positions)).map(({ position }) => position)

describe('positions that the tail has passed', () => {
  it('are new as long as they grow, with gaps or without', () => {
    const passed = new PassedPositions(4)
    const batch = events(5, 6, 9)
    expect(passed.pass(batch)).toBe(batch)
    expect(pass(passed, 20)).toEqual([20])
  })

  it('are left out when they come again, and when they were not asked for', () => {
    const passed = new PassedPositions(4)
    expect(pass(passed, 5, 6, 6, 5, 9)).toEqual([5, 6, 9])
    expect(pass(passed, 5, 9)).toEqual([])
    expect(pass(passed, 3, 4, 6, 12)).toEqual([12])
  })

  it('may not come after later ones, in a batch or between two', () => {
    const refusal = expect.objectContaining({ code: 'MICRO_STORE_CORRUPT', fatal: true, details: { place: '7' } })
    const between = new PassedPositions(4)
    pass(between, 5, 9)
    expect(() => pass(between, 7)).toThrow(refusal)
    const inside = new PassedPositions(4)
    expect(() => pass(inside, 5, 9, 7)).toThrow(refusal)
    // None of that batch counted.
    expect(pass(inside, 5, 7, 9)).toEqual([5, 7, 9])
  })

  it('that are repeated after thousands of others are told from none that come too late', () => {
    const passed = new PassedPositions(0)
    for (let position = 1; position <= 5_000; position++) pass(passed, position)
    expect(pass(passed, 5_000 - 4_095)).toEqual([])
    expect(() => pass(passed, 5_000 - 4_096)).toThrow('after the one at 5000')
  })
})
