import type { Query } from '../ports/projection-store.ts'
import { pointerTo } from '../values/json-pointer.ts'
import { invalidQuery } from './invalid-query.ts'
import { QUERY_LIMITS } from './limits.ts'
import { isObject } from './literal.ts'

type IsData = (value: object) => boolean

/**
 * The same query with every object that is data written as `{ $eq: object }`, so that a store, which cannot know where an
 * object came from, compares it and never reads operators in it. Where data stands in the place of a whole query, each of
 * its properties is compared; a `$` key there is refused. A query without such objects is returned as it is.
 *
 * @throws MicroError `MICRO_INVALID` when data stands where only operators may, or holds a `$` key where a query stands
 */
export function guardQuery(query: Query, isData: IsData): Query {
  return guardClause(query, '', 0, isData) as Query
}

function guardClause(query: unknown, pointer: string, depth: number, isData: IsData): unknown {
  // What is no object, or too deep, is for `compileQuery` to refuse.
  if (!isObject(query) || depth > QUERY_LIMITS.depth || isFlat(query)) return query
  const isWholeData = isData(query)
  return mapMembers(query, (value, key) => {
    const place = pointerTo(pointer, key)
    if (key.startsWith('$')) {
      if (isWholeData) invalidQuery(place, 'must not come from data')
      return key === '$and' || key === '$or' ? guardClauses(value, place, depth, isData) : value
    }
    if (typeof value !== 'object' || value === null) return value
    if (isWholeData || isData(value)) return { $eq: value }
    return guardOperators(value, place, depth + 1, isData)
  })
}

/** Most queries compare properties with scalars: there is no object in them that could be data, or operators. */
function isFlat(query: Readonly<Record<string, unknown>>): boolean {
  for (const key of Object.keys(query)) {
    const value = query[key]
    if (key.startsWith('$') || (typeof value === 'object' && value !== null)) return false
  }
  return true
}

function guardClauses(list: unknown, pointer: string, depth: number, isData: IsData): unknown {
  if (!Array.isArray(list)) return list
  const guarded = list.map((query, index) => guardClause(query, pointerTo(pointer, index), depth + 1, isData))
  return guarded.some((query, index) => query !== list[index]) ? guarded : list
}

function guardOperators(value: unknown, pointer: string, depth: number, isData: IsData): unknown {
  if (!isObject(value) || depth > QUERY_LIMITS.depth) return value
  return mapMembers(value, (operand, name) => {
    const place = pointerTo(pointer, name)
    if (name === '$not') {
      if (typeof operand === 'object' && operand !== null && isData(operand))
        invalidQuery(place, 'must not come from data')
      return guardOperators(operand, place, depth + 1, isData)
    }
    return name === '$elemMatch' ? guardElement(operand, place, depth + 1, isData) : operand
  })
}

/** `$elemMatch` takes a query or operators; data there is a query. */
function guardElement(operand: unknown, pointer: string, depth: number, isData: IsData): unknown {
  if (!isObject(operand)) return operand
  const isClause =
    isData(operand) || Object.keys(operand).some((key) => !key.startsWith('$') || key === '$and' || key === '$or')
  return isClause ? guardClause(operand, pointer, depth, isData) : guardOperators(operand, pointer, depth, isData)
}

/** A copy only where something changed; keys that the compiler refuses are kept for it to see. */
function mapMembers(
  object: Readonly<Record<string, unknown>>,
  change: (value: unknown, key: string) => unknown,
): Readonly<Record<string, unknown>> {
  let isChanged = false
  const entries = Object.entries(object).map(([key, value]) => {
    const changed = change(value, key)
    isChanged ||= changed !== value
    return [key, changed] as const
  })
  return isChanged ? Object.fromEntries(entries) : object
}
