import type { QueryBound, Scalar } from '@micro/core'
import type { SqlValue } from './load-sqlite.ts'

/** A scalar as an index table holds it. SQLite orders numbers before text before bytes. */
export type IndexValue = number | string | Uint8Array

/** What is missing or null comes before all numbers; JSON has no infinities of its own. */
const NULL = -Infinity
const FALSE = Uint8Array.of(0)
const TRUE = Uint8Array.of(1)
const FIRST_TEXT = ''
const FIRST_BYTES = new Uint8Array(0)

export function toIndexValue(value: Scalar): IndexValue {
  if (value === null) return NULL
  if (typeof value === 'boolean') return value ? TRUE : FALSE
  return value
}

const OPERATORS = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' } as const

/** The SQL condition of a range on the column `value`: within one type, as queries compare. */
export function rangeCondition(bound: QueryBound & { readonly kind: 'range' }): {
  readonly sql: string
  readonly values: readonly SqlValue[]
} {
  const value = toIndexValue(bound.value)
  const isLower = bound.operator === '$gt' || bound.operator === '$gte'
  const operator = OPERATORS[bound.operator]
  if (!isLower) return { sql: `value ${operator} ? AND value >= ?`, values: [value, firstOf(bound.value)] }
  if (typeof bound.value === 'boolean') return { sql: `value ${operator} ?`, values: [value] }
  return { sql: `value ${operator} ? AND value < ?`, values: [value, typeof bound.value === 'number' ? FIRST_TEXT : FIRST_BYTES] }
}

function firstOf(value: string | number | boolean): IndexValue {
  if (typeof value === 'number') return -Number.MAX_VALUE
  return typeof value === 'string' ? FIRST_TEXT : FIRST_BYTES
}
