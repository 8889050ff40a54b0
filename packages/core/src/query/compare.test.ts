import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../values/json.ts'
import { compareStrings, compareValues, equalValues } from './compare.ts'

describe('compareValues', () => {
  it('orders null < numbers < strings < objects < arrays < booleans', () => {
    const ordered: JsonValue[] = [
      null,
      -1,
      0,
      1.5,
      '',
      '10',
      '9',
      'a',
      'aa',
      {},
      { a: 1 },
      { a: 1, b: 0 },
      { a: 2 },
      { b: 0 },
      [],
      [1],
      [1, 2],
      [2],
      ['a'],
      [[]],
      false,
      true,
    ]
    for (const [left, a] of ordered.entries())
      for (const [right, b] of ordered.entries())
        expect(Math.sign(compareValues(a, b)), `${JSON.stringify(a)} ${JSON.stringify(b)}`).toBe(
          Math.sign(left - right),
        )
  })

  it('takes what is missing for null', () => {
    expect(compareValues(undefined, null)).toBe(0)
    expect(compareValues(undefined, 0)).toBeLessThan(0)
  })

  it('does not look at the order of properties', () => {
    expect(compareValues({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(0)
  })
})

describe('compareStrings', () => {
  it('has the order of the bytes of UTF-8', () => {
    const texts = [
      '',
      'a',
      'b',
      'é',
      '\u07ff',
      '\ud7ff',
      '\ue000',
      '\uffff',
      '\u{10000}',
      '\u{10000}a',
      '\u{1f600}',
      '\u{10ffff}',
    ]
    for (const a of texts)
      for (const b of texts)
        expect(Math.sign(compareStrings(a, b)), `${a} ${b}`).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
  })
})

describe('equalValues', () => {
  it.each<[JsonValue, JsonValue, boolean]>([
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: null }, false],
    [{ a: null }, { b: null }, false],
    [{}, [], false],
    [[], {}, false],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [null, {}, false],
    [1, '1', false],
    [0, -0, true],
    [{ toString: 1 }, { valueOf: 1 }, false],
  ])('%j and %j: %s', (a, b, equal) => {
    expect(equalValues(a, b)).toBe(equal)
    expect(equalValues(b, a)).toBe(equal)
  })
})
