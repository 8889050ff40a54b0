import {
  type CompiledQuery,
  compileQuery,
  compileSort,
  type FindOptions,
  orderAndPage,
  type Query,
  type QueryBound,
  readPage,
  type Row,
} from '@micro/core'
import type { Entry } from './taffy-rows.ts'
import type { TableIndexes } from './taffy-table.ts'
import { intervalOf, type KeyInterval, keyIntervalOf, type RangeBound } from './value-interval.ts'

type EqualityBound = Extract<QueryBound, { kind: 'in' }>
type Sort = NonNullable<FindOptions['sort']>

/** The rows of a `find`, in its order. Core's compiled query decides; indexes only choose at which rows it looks. */
export function findRows(table: TableIndexes, query: Query, options: FindOptions = {}): readonly Row[] {
  const compiled = compileQuery(query)
  if (options.sort === undefined && options.skip === undefined && options.limit === undefined) {
    const equality = bestEquality(table, compiled.bounds)
    if (equality !== undefined) return inKeyOrder(select(equals(table, equality), compiled), table)
  }
  const order = compileSort(options.sort, table.keyProperty)
  const { skip, limit } = readPage(options)
  const wanted = skip + limit
  const groups = inOrder(table, compiled, options.sort ?? {}, wanted)
  if (groups === undefined)
    return orderAndPage(select(candidates(table, compiled), compiled), options, table.keyProperty)
  const isTied = leadsToTies(table, options.sort ?? {})
  const found: Row[] = []
  for (const group of groups) {
    if (found.length >= wanted) break
    // Within a group only the properties after the first are still to be ordered by.
    if (isTied) found.push(...select(group, compiled).sort(order))
    else take(group, compiled, wanted, found)
  }
  return skip === 0 && limit >= found.length ? found : found.slice(skip, wanted)
}

export function countRows(table: TableIndexes, query: Query): number {
  const compiled = compileQuery(query)
  const { bounds, isBoundsOnly } = compiled
  if (isBoundsOnly && bounds.length === 0) return table.keys.size
  let count = 0
  const found = candidates(table, compiled)
  for (const { row } of found) if (row !== undefined && compiled.matches(row)) count++
  return count
}

function select(entries: Iterable<Entry>, compiled: CompiledQuery): Row[] {
  const selected: Row[] = []
  take(entries, compiled, Infinity, selected)
  return selected
}

function take(entries: Iterable<Entry>, { matches }: CompiledQuery, wanted: number, found: Row[]): void {
  for (const { row } of entries) {
    if (row === undefined || !matches(row)) continue
    found.push(row)
    if (found.length >= wanted) return
  }
}

/**
 * Groups of rows in the order of the sort's first property, when an index has them so and nothing else leads to fewer
 * rows; all that match are among them. Without ties within a group, which are in the order of the keys, it is the order.
 */
function inOrder(
  table: TableIndexes,
  compiled: CompiledQuery,
  sort: Sort,
  wanted: number,
): Iterable<Iterable<Entry>> | undefined {
  const { bounds, isBoundsOnly } = compiled
  const [path, direction] = Object.entries(sort)[0] ?? [table.keyProperty, 1 as const]
  const equality = fewest(table, bounds)
  if (equality !== undefined) {
    const { bound, size } = equality
    const [value] = bound.values
    if (wanted >= size || bound.values.length !== 1 || value === undefined || path !== table.keyProperty)
      return undefined
    const index = table.byPath.get(bound.path)
    return index && [index.equalInOrder(value, direction)]
  }
  const ranges = bounds.filter((bound) => isUsableRange(table, bound))
  const own = ranges.filter((bound) => bound.path === path)
  if (own.length === 0) {
    // Who wants all that match, in any case by looking at all rows, is served sooner by a scan.
    const isScan = ranges.length === 0 && wanted === Infinity && !(isBoundsOnly && bounds.length === 0)
    if (isScan || ranges.length > 0) return undefined
  }
  if (path === table.keyProperty) return [keysBetween(table, own, direction)]
  const index = table.byPath.get(path)
  if (index === undefined || !isNotEmpty(own)) return index?.inOrder(direction)
  if (!index.isPlain) return undefined
  const interval = intervalOf(own)
  return interval === undefined ? [] : index.inOrder(direction, interval)
}

function inKeyOrder(rows: Row[], { keyProperty }: TableIndexes): readonly Row[] {
  return rows.length > 1 ? rows.sort(compileSort(undefined, keyProperty)) : rows
}

function equals(table: TableIndexes, { path, values }: EqualityBound): Iterable<Entry> {
  return path === table.keyProperty ? byKeys(table, values) : (table.byPath.get(path)?.equal(values) ?? [])
}

/** A part of the rows that holds all that match, each once, in no particular order. */
function candidates(table: TableIndexes, { bounds }: CompiledQuery): Iterable<Entry> {
  const equality = fewest(table, bounds)
  if (equality !== undefined) return equals(table, equality.bound)
  const ranges = bounds.filter((bound) => isUsableRange(table, bound))
  if (!isNotEmpty(ranges)) return everyEntry(table)
  const [{ path }] = ranges
  const own = ranges.filter((bound) => bound.path === path)
  const index = table.byPath.get(path)
  if (index === undefined) return keysBetween(table, own, 1)
  // In an array different elements may fulfil two bounds, so there only one of them can be asked for.
  const asked = index.isPlain ? own : own.slice(0, 1)
  const interval = isNotEmpty(asked) ? intervalOf(asked) : undefined
  return interval === undefined ? [] : index.between(interval)
}

function keysBetween(table: TableIndexes, bounds: readonly RangeBound[], direction: 1 | -1): Iterable<Entry> {
  const interval: KeyInterval | undefined = isNotEmpty(bounds) ? keyIntervalOf(bounds) : {}
  return interval === undefined ? [] : table.keys.inOrder({ direction, ...interval })
}

/** As `fewest`, which counts rows for nothing where there is no choice. */
function bestEquality(table: TableIndexes, bounds: readonly QueryBound[]): EqualityBound | undefined {
  const [only] = bounds
  if (only === undefined || bounds.length > 1) return fewest(table, bounds)?.bound
  return only.kind === 'in' && (only.path === table.keyProperty || table.byPath.has(only.path)) ? only : undefined
}

/** The equality that leads to the fewest rows. */
function fewest(
  table: TableIndexes,
  bounds: readonly QueryBound[],
): { readonly bound: EqualityBound; readonly size: number } | undefined {
  let best: { readonly bound: EqualityBound; readonly size: number } | undefined
  for (const bound of bounds) {
    if (bound.kind !== 'in') continue
    const size =
      bound.path === table.keyProperty ? bound.values.length : table.byPath.get(bound.path)?.countEqual(bound.values)
    if (size !== undefined && size < (best?.size ?? Infinity)) best = { bound, size }
  }
  return best
}

/** Whether rows that the sort's first property puts together are told apart by others; keys are never together. */
function leadsToTies(table: TableIndexes, sort: Sort): boolean {
  const [first, ...others] = Object.keys(sort)
  return others.length > 0 && first !== table.keyProperty
}

function isUsableRange(table: TableIndexes, bound: QueryBound): bound is RangeBound {
  return bound.kind === 'range' && (bound.path === table.keyProperty || table.byPath.has(bound.path))
}

function* byKeys(table: TableIndexes, keys: readonly unknown[]): Generator<Entry> {
  for (const key of keys) {
    const entry = typeof key === 'string' ? table.keys.get(key) : undefined
    if (entry !== undefined) yield entry
  }
}

function everyEntry(table: TableIndexes): readonly Entry[] {
  const entries: Entry[] = []
  table.rows.each((entry) => entries.push(entry))
  return entries
}

function isNotEmpty<Item>(list: readonly Item[]): list is readonly [Item, ...Item[]] {
  return list.length > 0
}
