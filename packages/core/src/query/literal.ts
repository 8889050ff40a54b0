import type { JsonValue } from '../values/json.ts'
import { pointerTo } from '../values/json-pointer.ts'
import { isWellFormed } from '../values/json-scalar.ts'
import { isPlainObject } from '../values/plain-object.ts'
import { invalidQuery } from './invalid-query.ts'
import { QUERY_LIMITS } from './limits.ts'

/** Whether a value is a plain object: only such can be a query, or operators. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isPlainObject(value)
}

/** Checks that a compared value is JSON. Keys that begin with `$` are ordinary here: a value is never read as operators. */
export function readLiteral(value: unknown, pointer: string, depth: number): JsonValue {
  if (typeof value === 'boolean' || value === null) return value
  // Half a surrogate pair would be another string in a store that keeps UTF-8.
  if (typeof value === 'string')
    return isWellFormed(value) ? value : invalidQuery(pointer, 'must be a string of well-formed Unicode')
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : invalidQuery(pointer, 'must be finite')
  }
  if (value === undefined) return invalidQuery(pointer, 'must not be undefined')
  if (depth >= QUERY_LIMITS.depth) return invalidQuery(pointer, `must not lie deeper than ${QUERY_LIMITS.depth} levels`)
  if (Array.isArray(value)) {
    return Array.from(value, (element, index) => readLiteral(element, pointerTo(pointer, index), depth + 1))
  }
  if (!isObject(value)) return invalidQuery(pointer, 'must be JSON')
  const copy: Record<string, JsonValue> = {}
  for (const [key, member] of Object.entries(value)) {
    if (key === '__proto__') invalidQuery(pointer, 'must not hold the name __proto__')
    copy[key] = readLiteral(member, pointerTo(pointer, key), depth + 1)
  }
  return copy
}
