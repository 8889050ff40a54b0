import type { FindOptions, Row } from '../ports/projection-store.ts'
import { compareStrings, compareValues } from './compare.ts'
import { pointerTo } from '../values/json-pointer.ts'
import { invalidQuery } from './invalid-query.ts'
import { parsePath, valueAt } from './path.ts'

export type CompareRows = (a: Row, b: Row) => number

/**
 * The order of `find`: by the sort's properties in turn, ties by key, ascending. `compareValues` says what comes first.
 *
 * @throws MicroError `MICRO_INVALID` for a direction that is not 1 or -1, or a path that no row can have
 */
export function compileSort(sort: FindOptions['sort'], keyProperty: string): CompareRows {
  const byKey: CompareRows = (a, b) => compareStrings(a[keyProperty] as string, b[keyProperty] as string)
  const orders = Object.entries(sort ?? {}).map(([property, direction]) => {
    const pointer = pointerTo('/sort', property)
    if (direction !== 1 && direction !== -1) invalidQuery(pointer, 'must be 1 or -1')
    const path = parsePath(property, pointer)
    return (a: Row, b: Row): number => direction * compareValues(valueAt(a, path), valueAt(b, path))
  })
  if (orders.length === 0) return byKey
  return (a, b) => {
    for (const order of orders) {
      const result = order(a, b)
      if (result !== 0) return result
    }
    return byKey(a, b)
  }
}
