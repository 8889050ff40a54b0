import { MicroError } from '../errors/micro-error.ts'
import type {
  CheckpointOptions,
  GenerationCheckpoint,
  ProjectionStore,
  ProjectionStoreProvider,
  Table,
} from '../ports/projection-store.ts'
import type { IoOptions } from '../ports/provider.ts'
import { checkCommit } from '../projections/check-commit.ts'
import {
  activateGeneration,
  applyCommit,
  checkpointOf,
  dropGeneration,
  findTable,
  prepareGeneration,
  type ProjectionState,
  projectionState,
  type Waiter,
} from './table-projection-store-state.ts'
import type { CreateRowTable, RowTable } from './row-table.ts'

/**
 * A projection store whose tables are in the memory of the process: generations, checkpoints, waits and handles are here,
 * how rows are held and found is the table's. Its rows belong to the provider: all handles of one provider see the same.
 */
export function tableProjectionStore(kind: string, createTable: CreateRowTable): ProjectionStoreProvider {
  const projections = new Map<string, ProjectionState>()
  return Object.freeze({
    kind,
    capabilities: Object.freeze({ shared: false, durable: false, snapshotReads: true }),
    open: () => Promise.resolve(openHandle(projections, createTable)),
  })
}

/** Every method does its work in one turn of the event loop, which is what makes commits atomic and reads snapshots. */
function openHandle(projections: Map<string, ProjectionState>, createTable: CreateRowTable): ProjectionStore {
  let isClosed = false
  /** What ends the waits of this handle when it closes. */
  const ownWaits = new Set<() => void>()

  return {
    async get(table, keys, options) {
      begin(options)
      const found = tableFor(table)
      return keys.map((key) => found.get(key))
    },

    async find(table, query, options) {
      begin(options)
      return tableFor(table).find(query, options)
    },

    async count(table, query, options) {
      begin(options)
      return tableFor(table).count(query)
    },

    async commit(generation, commit, options) {
      begin(options)
      checkCommit(commit)
      applyCommit(projections.get(generation.projection), generation, commit)
    },

    async checkpoint(projection, options = {}) {
      begin(options)
      const state = projections.get(projection)
      const reached = checkpointOf(state, options.generation)
      if (state === undefined || reached === undefined) return undefined
      return reached.position >= (options.atLeast ?? 0) ? reached : await waitFor(state, options)
    },

    async prepare(generation, models, options) {
      begin(options)
      let state = projections.get(generation.projection)
      if (state === undefined) projections.set(generation.projection, (state = projectionState()))
      prepareGeneration(state, generation.generation, models, createTable)
    },

    async activate(generation, options) {
      begin(options)
      activateGeneration(projections.get(generation.projection), generation)
    },

    async drop(generation, options) {
      begin(options)
      const state = projections.get(generation.projection)
      if (state !== undefined) dropGeneration(state, generation)
    },

    async close() {
      isClosed = true
      for (const end of ownWaits) end()
    },
  }

  function begin(options: IoOptions | undefined): void {
    if (isClosed) throw closed()
    options?.signal?.throwIfAborted()
  }

  function tableFor({ projection, generation, model }: Table): RowTable {
    return findTable(projections.get(projection), generation, model)
  }

  function waitFor(state: ProjectionState, options: CheckpointOptions): Promise<GenerationCheckpoint | undefined> {
    const { atLeast = 0, generation, signal } = options
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        look: () => {
          const checkpoint = checkpointOf(state, generation)
          if (checkpoint === undefined || checkpoint.position >= atLeast) end(() => resolve(checkpoint))
        },
      }
      const onAbort = (): void => end(() => reject(signal?.reason))
      const onClose = (): void => end(() => reject(closed()))
      const end = (settle: () => void): void => {
        state.waiters.delete(waiter)
        ownWaits.delete(onClose)
        signal?.removeEventListener('abort', onAbort)
        settle()
      }
      state.waiters.add(waiter)
      ownWaits.add(onClose)
      signal?.addEventListener('abort', onAbort)
    })
  }
}

function closed(): MicroError {
  return new MicroError('MICRO_UNAVAILABLE', 'The projection store is closed.')
}
