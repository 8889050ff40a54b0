import type { ProjectionStoreProvider } from '../ports/projection-store.ts'
import { memoryTable } from './memory-projection-store-table.ts'
import { tableProjectionStore } from './table-projection-store.ts'

/**
 * A projection store in the memory of the process, for tests, for single instances, and as the reference that the
 * conformance suite is tried on. Its rows belong to the provider: all handles of one provider see the same.
 *
 * @example
 * const projections = memoryProjectionStore()
 */
export function memoryProjectionStore(): ProjectionStoreProvider {
  return tableProjectionStore('memory', memoryTable)
}
