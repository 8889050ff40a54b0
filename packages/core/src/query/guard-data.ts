import type { Query } from '../ports/projection-store.ts'
import { SealMark } from '../values/seal-mark.ts'
import { guardQuery } from './guard-query.ts'

/** The same query in which nothing that came from a payload, an event or a row can act as an operator. */
export function guardData(query: Query): Query {
  return guardQuery(query, (value) => SealMark.isOn(value))
}
