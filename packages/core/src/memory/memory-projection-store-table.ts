import type { ModelTable, Row, RowKey } from '../ports/projection-store.ts'
import { type CompiledQuery, compileQuery } from '../query/compile-query.ts'
import { orderAndPage } from '../query/order-and-page.ts'
import { indexValues, type Scalar } from '../query/path.ts'
import type { RowTable } from './row-table.ts'

type Index = Map<Scalar, Set<RowKey>>

/** One model's rows with their hash indexes. */
export function memoryTable(model: ModelTable): RowTable {
  const rows = new Map<RowKey, Row>()
  const indexes = new Map<string, Index>()

  const table: RowTable = {
    get: (key) => rows.get(key),
    apply: (changes) => {
      for (const change of changes) {
        const { key } = change
        const before = rows.get(key)
        const after = change.kind === 'put' ? change.row : undefined
        if (after === undefined) rows.delete(key)
        else rows.set(key, after)
        for (const [path, index] of indexes) reindex(index, path, key, before, after)
      }
    },
    addIndexes: (paths) => {
      for (const path of paths) {
        if (path === model.key || indexes.has(path)) continue
        const index: Index = new Map()
        for (const [key, row] of rows) reindex(index, path, key, undefined, row)
        indexes.set(path, index)
      }
    },
    find: (query, options) => {
      const compiled = compileQuery(query)
      const selected: Row[] = []
      for (const row of candidates(compiled)) if (compiled.matches(row)) selected.push(row)
      return orderAndPage(selected, options, model.key)
    },
    count: (query) => {
      const compiled = compileQuery(query)
      if (compiled.isBoundsOnly && compiled.bounds.length === 0) return rows.size
      let count = 0
      for (const row of candidates(compiled)) if (compiled.matches(row)) count++
      return count
    },
  }
  table.addIndexes(model.indexes)
  return table

  /** A part of the rows that holds all that match: the smallest that an index offers, else every row. */
  function candidates({ bounds }: CompiledQuery): Iterable<Row> {
    let found: readonly ReadonlySet<RowKey>[] | undefined
    let size = Infinity
    for (const bound of bounds) {
      if (bound.kind !== 'in') continue
      const sets = lookUp(bound.path, bound.values)
      const total = sets?.reduce((sum, set) => sum + set.size, 0) ?? Infinity
      if (total < size) [found, size] = [sets, total]
    }
    if (found === undefined) return rows.values()
    const keys = found.length === 1 ? (found[0] as ReadonlySet<RowKey>) : new Set(found.flatMap((set) => [...set]))
    return rowsOf(keys)
  }

  function lookUp(path: string, values: readonly Scalar[]): readonly ReadonlySet<RowKey>[] | undefined {
    if (path === model.key)
      return [new Set(values.filter((value) => typeof value === 'string' && rows.has(value)) as string[])]
    const index = indexes.get(path)
    return index && values.flatMap((value) => index.get(value) ?? [])
  }

  function* rowsOf(keys: ReadonlySet<RowKey>): Iterable<Row> {
    for (const key of keys) yield rows.get(key) as Row
  }
}

function reindex(index: Index, path: string, key: RowKey, before: Row | undefined, after: Row | undefined): void {
  if (before !== undefined && after !== undefined && isSameScalar(before, after, path)) return
  if (before !== undefined) {
    for (const value of indexValues(before, path)) {
      const keys = index.get(value)
      keys?.delete(key)
      if (keys?.size === 0) index.delete(value)
    }
  }
  if (after !== undefined) {
    for (const value of indexValues(after, path)) {
      const keys = index.get(value)
      if (keys === undefined) index.set(value, new Set([key]))
      else keys.add(key)
    }
  }
}

/** The usual change leaves indexed properties alone; then there is nothing to do. */
function isSameScalar(before: Row, after: Row, path: string): boolean {
  const value = before[path]
  return value !== undefined && typeof value !== 'object' && Object.hasOwn(before, path) && value === after[path]
}
