import type { JsonObject, JsonValue } from '../values/json.ts'

const RANK = { null: 0, number: 1, string: 2, object: 3, array: 4, boolean: 5 } as const

/** The type of a value as comparisons see it. What is missing counts as `null`. */
export function typeOf(value: JsonValue | undefined): keyof typeof RANK {
  if (value === null || value === undefined) return 'null'
  if (typeof value !== 'object') return typeof value as 'number' | 'string' | 'boolean'
  return Array.isArray(value) ? 'array' : 'object'
}

/**
 * Total order over JSON values: null (and missing) < numbers < strings < objects < arrays < booleans, as in MongoDB.
 * Strings in code point order, arrays element by element, objects property by property in the order of their names.
 */
export function compareValues(a: JsonValue | undefined, b: JsonValue | undefined): number {
  if (a === b) return 0
  const type = typeOf(a)
  const ranks = RANK[type] - RANK[typeOf(b)]
  if (ranks !== 0) return ranks
  if (type === 'string') return compareStrings(a as string, b as string)
  if (type === 'array') return compareArrays(a as readonly JsonValue[], b as readonly JsonValue[])
  if (type === 'object') return compareObjects(a as JsonObject, b as JsonObject)
  if (type === 'null') return 0
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0
}

/** Code point order, which is the byte order of UTF-8 and so that of SQLite and MongoDB; `<` has UTF-16 order. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left === right) continue
    // Surrogates stand for code points above all others, but their units lie below U+E000–U+FFFF.
    if (left >= 0xd800 && right >= 0xd800 && left >= 0xe000 !== right >= 0xe000) return left >= 0xe000 ? -1 : 1
    return left - right
  }
  return a.length - b.length
}

/** Deep equality; the order of an object's properties does not matter. */
export function equalValues(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (isArray(a)) {
    return isArray(b) && a.length === b.length && a.every((element, index) => equalValues(element, b[index]))
  }
  if (isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => Object.hasOwn(b, key) && equalValues(a[key], b[key]))
}

/** `Array.isArray` that also tells a read-only array from an object. */
export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function compareArrays(a: readonly JsonValue[], b: readonly JsonValue[]): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const order = compareValues(a[index], b[index])
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareObjects(a: JsonObject, b: JsonObject): number {
  const left = Object.keys(a).sort(compareStrings)
  const right = Object.keys(b).sort(compareStrings)
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index++) {
    const name = left[index] as string
    const other = right[index] as string
    const order = compareStrings(name, other) || compareValues(a[name], b[other])
    if (order !== 0) return order
  }
  return left.length - right.length
}
