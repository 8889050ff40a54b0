import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import type { JsonValue } from './json.ts'
import { secret } from './secret.ts'

describe('canonicalJson', () => {
  // RFC 8785, section 3.2.2 and 3.2.3: its own examples.
  it('writes the example of the RFC as the RFC does', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    }
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  it('sorts keys by their UTF-16 code units', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
    expect(canonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}')
  })

  it('sorts keys that look like indexes as text too', () => {
    expect(canonicalJson({ 10: 1, 9: 2, a: 3 })).toBe('{"10":1,"9":2,"a":3}')
  })

  it('gives one text for equal values, and a text that means the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as JsonValue
        const shuffled = reversed(json)
        expect(canonicalJson(shuffled)).toBe(canonicalJson(json))
        expect(JSON.parse(canonicalJson(json))).toStrictEqual(json)
      }),
    )
  })

  it.each([
    [undefined],
    [Number.NaN],
    [1n],
    [{ a: undefined }],
    [[new Date(0)]],
    [{ a: secret('x') }],
    ['\ud800'],
    [{ '\udc00': 1 }],
  ])('refuses what is no JSON: %s', (value) => {
    expect(() => canonicalJson(value as JsonValue)).toThrow(TypeError)
  })
})

/** The same value with the keys of its objects put in the other order. */
function reversed(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(reversed)
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member as JsonValue)]),
  )
}
