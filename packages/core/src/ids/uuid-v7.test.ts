import { describe, expect, it } from 'vitest'
import { createUuidV7 } from './uuid-v7.ts'

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Mulberry32: the same numbers in every run. */
function seeded(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

const isSorted = (ids: readonly string[]): boolean =>
  ids.every((id, index) => index === 0 || (ids[index - 1] ?? '') < id)

describe('createUuidV7', () => {
  it('begins with the 48 bits of the time and has the form of RFC 9562', () => {
    const time = 0x0198c5f12b3c
    const newId = createUuidV7(() => time + 0.75, seeded(1))
    expect(newId()).toMatch(FORM)
    expect(newId().slice(0, 13)).toBe('0198c5f1-2b3c')
  })

  it('puts counter and random bits where its comment says', () => {
    const numbers = [0xffffffff, 0xffffffff, 0, 0, 0xffffffff]
    const newId = createUuidV7(
      () => 1,
      () => numbers.shift() ?? 0,
    )
    expect(newId()).toBe('00000000-0001-77ff-bfff-ffffff000000'.replace('ffffff000000', 'ffffffff0000'))
    expect(newId()).toBe('00000000-0001-7800-8000-00000000ffff')
  })

  it('sorts in the order of making while the clock stands still', () => {
    const newId = createUuidV7(() => 1e12, seeded(2))
    const ids = Array.from({ length: 5000 }, newId)
    expect(isSorted(ids)).toBe(true)
    expect(new Set(ids).size).toBe(5000)
  })

  it('sorts in the order of making while the clock jumps back and forth', () => {
    const random = seeded(3)
    const newId = createUuidV7(() => 1e12 + (random() % 100) - 50, seeded(4))
    expect(isSorted(Array.from({ length: 5000 }, newId))).toBe(true)
  })

  it('goes on in the next millisecond when the counter runs over', () => {
    // A first number that leaves the counter at its highest start; no clock lets 2^31 ids be made here.
    const newId = createUuidV7(
      () => 7,
      () => 0xffffffff,
    )
    expect(newId().slice(0, 18)).toBe('00000000-0007-77ff')
    expect(newId().slice(0, 18)).toBe('00000000-0007-7800')
  })

  it('differs between two makers with different randomness at the same time', () => {
    expect(createUuidV7(() => 1e12, seeded(5))()).not.toBe(createUuidV7(() => 1e12, seeded(6))())
  })

  it('is the same for the same clock and numbers', () => {
    const make = (): string[] =>
      Array.from(
        { length: 10 },
        createUuidV7(() => 1e12, seeded(8)),
      )
    expect(make()).toEqual(make())
  })
})
