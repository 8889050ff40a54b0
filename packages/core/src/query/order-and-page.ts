import type { FindOptions, Row } from '../ports/projection-store.ts'
import { compileSort } from './compile-sort.ts'
import { invalidQuery } from './invalid-query.ts'

/** Which part of the ordered rows a `find` wants. */
export interface Page {
  readonly skip: number
  readonly limit: number
}

/** @throws MicroError `MICRO_INVALID` for a limit or skip that is no safe integer ≥ 0 */
export function readPage(options: FindOptions = {}): Page {
  const { skip = 0, limit } = options
  if (!Number.isSafeInteger(skip) || skip < 0) invalidQuery('/skip', 'must be an integer from 0 on')
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 0))
    invalidQuery('/limit', 'must be an integer from 0 on')
  return { skip, limit: limit ?? Infinity }
}

/** What `find` answers, of the rows that match: ordered, and the part that was asked for. Orders the given array in place. */
export function orderAndPage(rows: Row[], options: FindOptions | undefined, keyProperty: string): readonly Row[] {
  const order = compileSort(options?.sort, keyProperty)
  const { skip, limit } = readPage(options)
  if (rows.length > 1) rows.sort(order)
  return skip === 0 && limit >= rows.length ? rows : rows.slice(skip, skip + limit)
}
