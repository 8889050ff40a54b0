import type { JsonObject, JsonValue } from '../values/json.ts'
import { isArray } from './compare.ts'
import { invalidQuery } from './invalid-query.ts'
import { QUERY_LIMITS } from './limits.ts'

export type Scalar = string | number | boolean | null

/** What a path starts from: a row, or an element of an array, which may be an array itself. */
export type Container = JsonObject | readonly JsonValue[]

export type ValueTest = (value: JsonValue | undefined) => boolean

/** Splits a dotted path; refuses names that no row can have. */
export function parsePath(path: string, pointer: string): readonly string[] {
  const segments = path.includes('.') ? path.split('.') : [path]
  if (segments.length > QUERY_LIMITS.pathSegments)
    invalidQuery(pointer, `must have at most ${QUERY_LIMITS.pathSegments} names in its path`)
  for (const segment of segments) {
    if (segment === '') invalidQuery(pointer, 'must not have an empty name in its path')
    if (segment === '__proto__') invalidQuery(pointer, 'must not hold the name __proto__')
    if (segment.startsWith('$'))
      invalidQuery(pointer, 'must be an operator that is allowed here, or a field name without a $ in front')
  }
  return segments
}

/**
 * Whether a value that the path leads to passes the test. As in MongoDB one path may lead to several values: arrays on
 * the way are entered (one level), an array at its end counts as each of its elements and as a whole. What is missing is
 * tested as `undefined`.
 */
export function someValueAt(root: Container, path: readonly string[], test: ValueTest, enterLastArray = true): boolean {
  return testFrom(root, 0)

  function testFrom(container: Container, index: number): boolean {
    const value = member(container, path[index] as string)
    if (value === undefined) return test(undefined)
    if (index + 1 === path.length) return (enterLastArray && isArray(value) && value.some(test)) || test(value)
    if (isArray(value)) return testElements(value, index + 1)
    return typeof value === 'object' && value !== null ? testFrom(value, index + 1) : test(undefined)
  }

  function testElements(array: readonly JsonValue[], index: number): boolean {
    const isLast = index + 1 === path.length
    return array.some((element, place) => {
      const isContainer = typeof element === 'object' && element !== null
      if (isContainer && !isArray(element) && testFrom(element, index)) return true
      if (path[index] !== String(place)) return false
      if (isLast) return test(element)
      if (!isContainer) return false
      return isArray(element) ? testElements(element, index + 1) : testFrom(element, index + 1)
    })
  }
}

/** The value for sorting: through objects only; what lies behind an array, or nowhere, is `undefined`. */
export function valueAt(row: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = row
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || isArray(value)) return undefined
    value = member(value, segment)
  }
  return value
}

/**
 * Under which values an index of this path must hold the row so that a bound of a compiled query finds it: every scalar
 * that the path leads to, `null` for what is missing.
 */
export function indexValues(row: JsonObject, path: string): ReadonlySet<Scalar> {
  const values = new Set<Scalar>()
  someValueAt(row, parsePath(path, ''), (value) => {
    if (typeof value !== 'object') values.add(value ?? null)
    else if (value === null) values.add(null)
    return false
  })
  return values
}

function member(container: Container, name: string): JsonValue | undefined {
  if (!Object.hasOwn(container, name)) return undefined
  // `length` is an own property of arrays and no element.
  if (isArray(container)) return name === 'length' ? undefined : container[Number(name)]
  return container[name]
}
