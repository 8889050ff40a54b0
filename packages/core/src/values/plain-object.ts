/** How many objects and arrays may lie in one another: JSON parsers accept 100,000, stacks do not. */
export const MAX_DEPTH = 64

/** Whether an object is a plain one: made by a literal, by `JSON.parse` or without a prototype, in whatever realm. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  // Test runners and `vm` have an Object.prototype of their own: a root prototype that has its methods.
  return (
    typeof prototype === 'object' &&
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, 'isPrototypeOf')
  )
}
