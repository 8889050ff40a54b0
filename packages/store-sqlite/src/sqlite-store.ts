import {
  type EventStore,
  type EventStoreCapabilities,
  type EventStoreProvider,
  type Host,
  type ProjectionStore,
  type ProjectionStoreCapabilities,
  type ProjectionStoreProvider,
} from '@micro/core'
import { backUp } from './backup.ts'
import { SqliteEventStore } from './event-store.ts'
import { resolveOptions, type SqliteStoreOptions } from './options.ts'
import { SqliteProjectionStore } from './projection-store.ts'
import { SharedDatabase } from './shared-database.ts'

const KIND = 'sqlite'

const EVENT_STORE_CAPABILITIES: Readonly<EventStoreCapabilities> = Object.freeze({
  multiStream: true,
  uniqueEventIds: true,
  durable: 'power loss',
})

const PROJECTION_STORE_CAPABILITIES: Readonly<ProjectionStoreCapabilities> = Object.freeze({
  shared: true,
  durable: true,
  snapshotReads: true,
})

/** Both ports in one file. */
export interface SqliteStore {
  readonly events: EventStoreProvider
  readonly projections: ProjectionStoreProvider
  /**
   * Writes a consistent copy of the file while others go on writing. The copy is another log: its store id is new. It
   * appears under its name when it is complete and durable; a file of that name is replaced.
   *
   * @throws MicroError `MICRO_UNAVAILABLE`, `MICRO_STORE_FULL`, `MICRO_STORE_CORRUPT`
   */
  backup(targetFile: string): Promise<void>
}

/**
 * Event log and models in one SQLite file. Nothing is opened yet; all that is opened from it shares one connection, so that
 * events and rows of models go to the disk together.
 *
 * @example
 * const sqlite = sqliteStore({ file: 'data/bank.db' })
 * createMicro({ name: 'bank', store: sqlite.events, projections: sqlite.projections })
 */
export function sqliteStore(options: SqliteStoreOptions): SqliteStore {
  const shared = new SharedDatabase(resolveOptions(options))
  return Object.freeze({
    events: Object.freeze({
      kind: KIND,
      capabilities: EVENT_STORE_CAPABILITIES,
      open: async (host: Host): Promise<EventStore> => new SqliteEventStore(await shared.acquire(host)),
    }),
    projections: Object.freeze({
      kind: KIND,
      capabilities: PROJECTION_STORE_CAPABILITIES,
      open: async (host: Host): Promise<ProjectionStore> => new SqliteProjectionStore(await shared.acquire(host)),
    }),
    backup: (targetFile: string): Promise<void> => backUp(shared.options.file, targetFile),
  })
}

/** The event log alone; models live elsewhere. */
export function sqliteEventStore(options: SqliteStoreOptions): EventStoreProvider {
  return sqliteStore(options).events
}

/** Models alone; the events live elsewhere. */
export function sqliteProjectionStore(options: SqliteStoreOptions): ProjectionStoreProvider {
  return sqliteStore(options).projections
}
