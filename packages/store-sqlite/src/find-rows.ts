import {
  type CompiledQuery,
  compileQuery,
  type FindOptions,
  orderAndPage,
  type Query,
  type QueryBound,
  readPage,
  type Row,
  type RowKey,
} from '@micro/core'
import type { Database } from './database.ts'
import { rangeCondition, toIndexValue } from './index-value.ts'
import type { KeyedRow, RowTable } from './row-table.ts'

/** Rows that an index may name before another one is asked whether it names fewer. */
const FEW = 100

/** The rows of a `find`, in its order. Core's compiled query decides; SQL only looks at fewer rows. */
export function findRows(database: Database, table: RowTable, query: Query, options: FindOptions): readonly Row[] {
  const compiled = compileQuery(query)
  const { skip, limit } = readPage(options)
  const candidates = findCandidates(database, table, compiled)
  const isByKey = Object.keys(options.sort ?? {}).length === 0
  if (candidates !== undefined || !isByKey)
    return orderAndPage(select(candidates ?? rowsOf(table.scan()), compiled, Infinity), options, table.key)
  // In the order of the keys nothing behind the wanted page need be looked at.
  return select(rowsOf(table.scan()), compiled, skip + limit).slice(skip)
}

export function countRows(database: Database, table: RowTable, query: Query): number {
  const compiled = compileQuery(query)
  if (compiled.isBoundsOnly && compiled.bounds.length === 0)
    return database.get(`SELECT count(*) FROM ${table.rowsName}`)?.[0] as number
  let count = 0
  for (const row of findCandidates(database, table, compiled) ?? rowsOf(table.scan()))
    if (compiled.matches(row)) count++
  return count
}

function select(rows: Iterable<Row>, { matches }: CompiledQuery, wanted: number): Row[] {
  const selected: Row[] = []
  if (wanted === 0) return selected
  for (const row of rows) {
    if (!matches(row)) continue
    selected.push(row)
    if (selected.length >= wanted) break
  }
  return selected
}

function* rowsOf(entries: Iterable<KeyedRow>): Iterable<Row> {
  for (const { row } of entries) yield row
}

/** A part of the rows that holds all that match, each once, in no particular order; `undefined`: every row. */
function findCandidates(database: Database, table: RowTable, { bounds }: CompiledQuery): Iterable<Row> | undefined {
  const byKey = bounds.find((bound) => bound.path === table.key && bound.kind === 'in')
  if (byKey?.kind === 'in') return rowsByKey(table, byKey.values)
  const usable = bounds.filter((bound) => table.indexes.includes(bound.path))
  const best =
    smallest(
      database,
      table,
      usable.filter((bound) => bound.kind === 'in'),
    ) ?? usable[0]
  return best && rowsByBound(table, best)
}

function* rowsByKey(table: RowTable, keys: readonly unknown[]): Iterable<Row> {
  for (const key of new Set(keys)) {
    const row = typeof key === 'string' ? table.get(key) : undefined
    if (row !== undefined) yield row
  }
}

function* rowsByBound(table: RowTable, bound: QueryBound): Iterable<Row> {
  const from = `${table.indexName(bound.path)} AS entries JOIN ${table.rowsName} AS rows USING (key) WHERE`
  const seen = new Set<RowKey>()
  for (const { key, row } of found()) {
    // A row stands in an index more than once when its value is an array.
    if (seen.has(key)) continue
    seen.add(key)
    yield row
  }

  function* found(): Iterable<KeyedRow> {
    if (bound.kind === 'range') {
      const { sql, values } = rangeCondition(bound)
      yield* table.select(`${from} ${sql}`, ...values)
    } else for (const value of bound.values) yield* table.select(`${from} entries.value = ?`, toIndexValue(value))
  }
}

/** The equality whose index names the fewest rows. */
function smallest(database: Database, table: RowTable, bounds: readonly QueryBound[]): QueryBound | undefined {
  if (bounds.length < 2) return bounds[0]
  let best: QueryBound | undefined
  let least = Infinity
  for (const bound of bounds) {
    if (bound.kind !== 'in') continue
    const sql = `SELECT count(*) FROM (SELECT 1 FROM ${table.indexName(bound.path)} WHERE value = ? LIMIT ?)`
    let size = 0
    for (const value of bound.values)
      size += database.get(sql, toIndexValue(value), Math.min(least, 10_000))?.[0] as number
    if (size < least) [best, least] = [bound, size]
    if (least <= FEW) break
  }
  return best
}
