/** One payment at most, in cents: a billion. */
export const MOST_AMOUNT = 100_000_000_000

/**
 * What the whole bank may hold, in cents. Sums stay exact up to 2^53 − 1 ≈ 9.007e15; the distance covers the largest
 * payments that may be under way while another one reads the total.
 */
export const MOST_MONEY = 8_000_000_000_000_000

export const AmountSchema = {
  description: 'Cents, a whole number: 500 is 5.00',
  type: 'integer',
  minimum: 1,
  maximum: MOST_AMOUNT,
} as const

/** 500 → `5.00` */
export function formatCents(cents: number): string {
  return `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
}
