import { expect, it } from 'vitest'
import { keepsItsValue } from './json-number.ts'

it.each(
  `0 1 -1 10 123456789012345 0.1 1.0 1.10 -0.5 1e2 1E+2 1e-7 0.0000001 12300e-2 1e22 1e300 0.00 0e5 9007199254740991
  9007199254740992 -9007199254740991 1.7976931348623157e308 5e-324 0.30000000000000004 123456789.125`.split(/\s+/),
)('keeps %s', (token) => {
  expect(keepsItsValue(token)).toBe(true)
})

it.each(
  `-0 -0.0 -0e1 1e400 -1e400 9007199254740993 -9007199254740993 12345678901234567890 0.12345678901234567890 1e-400
  0.1000000000000000055511151231257827 1e23456789012345678901 4.9e-324 100000000000000000000000000001`.split(/\s+/),
)('does not keep %s', (token) => {
  expect(keepsItsValue(token)).toBe(false)
})

it('keeps any 15 digits, wherever the point is, and no zero with a minus', () => {
  const seed = Date.now()
  const random = randomFrom(seed)
  for (let time = 0; time < 2_000; time++) {
    const digits = 1 + random(15)
    const fraction = random(digits)
    const sign = random(2) === 0 ? '' : '-'
    const whole = Array.from({ length: digits - fraction }, () => random(10))
      .join('')
      .replace(/^0+(?=\d)/, '')
    const token = `${sign}${whole}${fraction === 0 ? '' : `.${Array.from({ length: fraction }, () => random(10)).join('')}`}`
    const isKept = sign === '' || /[1-9]/.test(token)
    expect([keepsItsValue(token), Number(token).toFixed(fraction)], `${token} of seed ${seed}`).toEqual([
      isKept,
      isKept ? token : token.slice(1),
    ])
  }
})

it('answers for long numbers in time', () => {
  const startedAt = performance.now()
  for (const token of [
    '1'.repeat(500_000),
    `1${'0'.repeat(500_000)}1`,
    `0.${'0'.repeat(500_000)}1`,
    `1.${'0'.repeat(500_000)}`,
  ])
    keepsItsValue(token)
  expect(performance.now() - startedAt).toBeLessThan(500)
})

/** Integers below a bound, the same for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed % 2_147_483_647
  return (below) => (state = (state * 48_271) % 2_147_483_647) % below
}
