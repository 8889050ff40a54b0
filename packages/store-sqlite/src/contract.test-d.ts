import type { EventStoreProvider, ProjectionStoreProvider } from '@micro/core'
import { expectTypeOf, it } from 'vitest'
import {
  sqliteEventStore,
  sqliteProjectionStore,
  sqliteStore,
  type SqliteStore,
  type SqliteStoreOptions,
} from './index.ts'

it('gives providers of both ports', () => {
  expectTypeOf(sqliteStore).returns.toEqualTypeOf<SqliteStore>()
  expectTypeOf(sqliteStore({ file: 'a.db' }).events).toExtend<EventStoreProvider>()
  expectTypeOf(sqliteStore({ file: 'a.db' }).projections).toExtend<ProjectionStoreProvider>()
  expectTypeOf(sqliteEventStore).returns.toEqualTypeOf<EventStoreProvider>()
  expectTypeOf(sqliteProjectionStore).returns.toEqualTypeOf<ProjectionStoreProvider>()
})

it('needs a file and knows its options', () => {
  expectTypeOf(sqliteStore).parameter(0).toEqualTypeOf<SqliteStoreOptions>()
  // @ts-expect-error a file is required
  sqliteStore({})
  // @ts-expect-error no such option
  sqliteStore({ file: 'a.db', exlusive: true })
  // @ts-expect-error no such check
  sqliteStore({ file: 'a.db', integrityCheck: 'some' })
})
