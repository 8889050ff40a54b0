import { isPlainObject, MAX_DEPTH } from '../values/plain-object.ts'
import { pointerTo } from '../values/json-pointer.ts'
import type { JsonObject, JsonValue } from '../values/json.ts'

/**
 * A copy of a schema object with nothing but JSON in it. Symbols as keys (TypeBox 0.34) and keywords that are
 * `undefined` are left out, regular expressions become their source.
 *
 * @throws TypeError naming the place of what cannot be JSON
 */
export function plainSchema(schema: object, what: string): JsonObject {
  return copyObject(schema, '', what, 0)
}

function copyObject(object: object, pointer: string, what: string, depth: number): JsonObject {
  if (depth > MAX_DEPTH * 2) throw new TypeError(`${what}: the schema contains itself; use $defs and $ref instead`)
  const members = Object.entries(object).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    members.map(([key, value]): [string, JsonValue] => [key, copy(value, pointerTo(pointer, key), what, depth + 1)]),
  )
}

function copy(value: unknown, pointer: string, what: string, depth: number): JsonValue {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (Array.isArray(value))
    return value.map((item: unknown, index) => copy(item, pointerTo(pointer, index), what, depth + 1))
  if (value instanceof RegExp) return patternOf(value, pointer, what)
  if (typeof value === 'object' && isPlainObject(value)) return copyObject(value, pointer, what, depth)
  const found = typeof value === 'object' ? 'an instance of a class' : `a ${typeof value}`
  throw new TypeError(`${what}: ${pointer} in the schema is ${found}; a JSON Schema holds JSON only`)
}

function patternOf(pattern: RegExp, pointer: string, what: string): string {
  if (pattern.flags.replace('u', '') === '') return pattern.source
  throw new TypeError(
    `${what}: the pattern at ${pointer} has the flags '${pattern.flags}', which JSON Schema cannot say`,
  )
}
