import type { ModelTable, Row, RowChange, RowKey, RowTable } from '@micro/core'
import { countRows, findRows } from './find-rows.ts'
import { KeyedEntries } from './keyed-entries.ts'
import { TaffyRows } from './taffy-rows.ts'
import { ValueIndex } from './value-index.ts'

/** What the rows of a table are found by. */
export interface TableIndexes {
  /** The property that holds a row's key. */
  readonly keyProperty: string
  readonly keys: KeyedEntries
  readonly byPath: ReadonlyMap<string, ValueIndex>
  /** All rows, of which none was asked for by an index. */
  readonly rows: TaffyRows
}

/** One model's rows: TaffyDB holds them, hashes and trees find them. */
export function taffyTable(model: ModelTable): RowTable {
  const rows = new TaffyRows()
  const keys = new KeyedEntries()
  const byPath = new Map<string, ValueIndex>()
  const indexes: TableIndexes = { keyProperty: model.key, keys, byPath, rows }

  const table: RowTable = {
    get: (key) => keys.get(key)?.row,
    apply: (changes: readonly RowChange[]) => {
      for (const change of changes) {
        if (change.kind === 'put') put(change.key, change.row)
        else remove(change.key)
      }
    },
    addIndexes: (paths) => {
      for (const path of paths) {
        if (path === model.key || byPath.has(path)) continue
        const index = new ValueIndex(path)
        rows.each((entry, row) => index.change(entry, undefined, row))
        byPath.set(path, index)
      }
    },
    find: (query, options) => findRows(indexes, query, options),
    count: (query) => countRows(indexes, query),
  }
  table.addIndexes(model.indexes)
  return table

  function put(key: RowKey, row: Row): void {
    const known = keys.get(key)
    const before = known?.row
    const entry = known ?? rows.add(key, row)
    if (known === undefined) keys.set(entry)
    else known.row = row
    for (const index of byPath.values()) index.change(entry, before, row)
  }

  function remove(key: RowKey): void {
    const entry = keys.get(key)
    if (entry === undefined) return
    for (const index of byPath.values()) index.change(entry, entry.row, undefined)
    keys.delete(key)
    rows.remove(entry)
  }
}
