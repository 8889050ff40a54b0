import type { QueryBound } from '@micro/core'
import type { SqlValue } from './load-sqlite.ts'
import { toStoredText } from './stored-text.ts'

/** A scalar as an index table holds it. SQLite orders numbers before text before bytes. */
export type IndexValue = number | string | Uint8Array

/** What is missing or null comes before all numbers; JSON has no infinities of its own. */
const NULL = -Infinity
const FALSE = Uint8Array.of(0)
const TRUE = Uint8Array.of(1)
const FIRST_TEXT = ''
const FIRST_BYTES = new Uint8Array(0)

export function toIndexValue(value: string | number | boolean | null): IndexValue {
  if (value === null) return NULL
  if (typeof value === 'boolean') return value ? TRUE : FALSE
  return typeof value === 'string' ? toStoredText(value) : value
}

/**
 * The SQL condition of a range on the column `value`: within one type, as queries compare. The limit itself is always
 * within: one of the drivers rounds numbers next to 0, and the query decides anyway.
 */
export function rangeCondition(bound: QueryBound & { readonly kind: 'range' }): {
  readonly sql: string
  readonly values: readonly SqlValue[]
} {
  const limit = toIndexValue(bound.value)
  const isLower = bound.operator === '$gt' || bound.operator === '$gte'
  if (!isLower) return { sql: 'entries.value BETWEEN ? AND ?', values: [firstOf(bound.value), limit] }
  if (typeof bound.value === 'boolean') return { sql: 'entries.value >= ?', values: [limit] }
  const end = typeof bound.value === 'number' ? FIRST_TEXT : FIRST_BYTES
  return { sql: 'entries.value >= ? AND entries.value < ?', values: [limit, end] }
}

function firstOf(value: string | number | boolean): IndexValue {
  if (typeof value === 'number') return -Number.MAX_VALUE
  return typeof value === 'string' ? FIRST_TEXT : FIRST_BYTES
}
