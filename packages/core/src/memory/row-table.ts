import type { FindOptions, ModelTable, Query, Row, RowChange, RowKey } from '../ports/projection-store.ts'

/** One model's rows in memory, for `tableProjectionStore`. Each call is done when it returns. */
export interface RowTable {
  get(key: RowKey): Row | undefined
  /** The changes that one commit makes here, at most one for each row. Rows are frozen to the bottom. */
  apply(changes: readonly RowChange[]): void
  /** Indexes these properties too, rows that are there included. */
  addIndexes(paths: readonly string[]): void
  /** @throws MicroError `MICRO_INVALID` as `ProjectionStore.find` does */
  find(query: Query, options: FindOptions | undefined): readonly Row[]
  /** @throws MicroError `MICRO_INVALID` as `ProjectionStore.count` does */
  count(query: Query): number
}

export type CreateRowTable = (model: ModelTable) => RowTable
