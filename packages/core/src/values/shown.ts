/** A value as a message names it: short, whatever it is, and never by calling what it brought along. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value)
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  return Array.isArray(value) ? 'an array' : 'an object'
}

/** @throws TypeError which says what was wanted, and what came */
export function checkObject(value: unknown, what: string): asserts value is object {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${what} must be an object, not ${shown(value)}`)
}
