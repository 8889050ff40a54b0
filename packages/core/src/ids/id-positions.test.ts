import { describe, expect, it } from 'vitest'
import { createUuidV7 } from './uuid-v7.ts'
import { IdPositions } from './id-positions.ts'

const ID = '0198c5f1-2b3c-8804-ae17-b4e9c23e4c62'

/** The same id with another digit in one place. */
const withDigit = (place: number): string =>
  `${ID.slice(0, place)}${ID[place] === 'f' ? '0' : 'f'}${ID.slice(place + 1)}`

describe('positions by id', () => {
  it('hold what a Map holds, through many growth steps', () => {
    let time = 1e12
    let state = 1
    const newId = createUuidV7(
      () => time,
      () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0),
    )
    const ids = Array.from({ length: 50_000 }, () => ((time += 1), newId()))
    const positions = new IdPositions()
    for (const [at, id] of ids.entries()) positions.set(id, at + 1)
    expect(positions.size).toBe(ids.length)
    expect(ids.map((id) => positions.get(id))).toEqual(ids.map((_, at) => at + 1))
    expect(Array.from({ length: 1_000 }, () => positions.get(newId()))).toEqual(Array(1_000).fill(undefined))
  })

  it('tell ids apart that differ in one digit', () => {
    const places = Array.from(ID, (_, place) => place).filter((place) => ID[place] !== '-')
    const positions = new IdPositions()
    positions.set(ID, 1)
    expect(places.map((place) => positions.get(withDigit(place)))).toEqual(places.map(() => undefined))
    for (const place of places) positions.set(withDigit(place), place + 2)
    expect(places.map((place) => positions.get(withDigit(place)))).toEqual(places.map((place) => place + 2))
    expect(positions.get(ID)).toBe(1)
  })

  it('hold ids that meet in one slot, and the all-zero id', () => {
    // The same last two words: the same hash.
    const ids = Array.from(
      { length: 100 },
      (_, at) => `${at.toString(16).padStart(8, '0')}-0000-0000-0000-000000000000`,
    )
    const positions = new IdPositions()
    for (const [at, id] of ids.entries()) positions.set(id, at + 1)
    expect(ids.map((id) => positions.get(id))).toEqual(ids.map((_, at) => at + 1))
  })

  it('replace a position, and hold the largest', () => {
    const positions = new IdPositions()
    positions.set(ID, 1)
    positions.set(ID, Number.MAX_SAFE_INTEGER)
    expect(positions.get(ID)).toBe(Number.MAX_SAFE_INTEGER)
    expect(positions.size).toBe(1)
  })

  it('do not keep what is no UUID in lower case', () => {
    const positions = new IdPositions()
    for (const id of ['', 'command-1', ID.toUpperCase(), `${ID}0`, ID.replace('b', 'ł'), ID.replace('b', 'g')]) {
      positions.set(id, 1)
      expect(positions.get(id)).toBeUndefined()
    }
    expect(positions.size).toBe(0)
  })

  it('are empty after they were cleared', () => {
    const positions = new IdPositions()
    positions.set(ID, 1)
    positions.clear()
    expect(positions.get(ID)).toBeUndefined()
    expect(positions.size).toBe(0)
  })
})
