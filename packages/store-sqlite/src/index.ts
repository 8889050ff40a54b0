export { DEFAULTS as SQLITE_STORE_DEFAULTS } from './options.ts'
export { sqliteEventStore, sqliteProjectionStore, sqliteStore } from './sqlite-store.ts'

export type { SqliteStoreOptions } from './options.ts'
export type { SqliteStore } from './sqlite-store.ts'
