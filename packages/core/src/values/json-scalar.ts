/** A string; its method is in every Node that we run on, though not in the language level that we compile for. */
type WellFormedString = string & { isWellFormed(): boolean }

/** Whether a string survives UTF-8: no half of a surrogate pair stands alone in it. */
export function isWellFormed(text: string): boolean {
  return (text as WellFormedString).isWellFormed()
}

/**
 * Whether a number is the same after JSON, in any reader: finite, not -0, and no integer beyond ±(2^53 − 1). Every
 * double of that size is an integer, so a larger magnitude never passes.
 */
export function isJsonNumber(value: number): boolean {
  return Number.isSafeInteger(value) ? value !== 0 || 1 / value > 0 : Number.isFinite(value) && !Number.isInteger(value)
}
