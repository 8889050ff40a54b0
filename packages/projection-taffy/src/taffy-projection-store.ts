import { type ProjectionStoreProvider, tableProjectionStore } from '@micro/core'
import { taffyTable } from './taffy-table.ts'

/**
 * A projection store in the memory of the process, on TaffyDB: finds by key or declared index, ranges and sorts over them
 * look at no row more than they name. Its rows belong to the provider: all handles of one provider see the same.
 *
 * @example
 * createMicro({ name: 'bank', store: sqliteEventStore({ file: 'data/bank.db' }), projections: taffyProjectionStore() })
 */
export function taffyProjectionStore(): ProjectionStoreProvider {
  return tableProjectionStore('taffy', taffyTable)
}
