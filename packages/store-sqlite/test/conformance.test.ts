import type { Host } from '@micro/core'
import { eventStoreConformance } from '@micro/testkit/event-store'
import { projectionStoreConformance } from '@micro/testkit/projection-store'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { sqliteEventStore, sqliteProjectionStore } from '../src/index.ts'
import { newFile, removeFolderOf } from './bench.ts'

const common = { runner: { describe, it, beforeEach, afterEach } }

/** With `apart` each handle has its own connection to the file, as in another process. */
function harness<P extends { open(host: Host): Promise<unknown> }>(
  factory: (options: { file: string }) => P,
  apart: boolean,
) {
  return async () => {
    const file = newFile()
    const provide = (): P =>
      apart ? { ...factory({ file }), open: (host: Host) => factory({ file }).open(host) } : factory({ file })
    return { provider: provide(), reopen: async () => provide(), cleanUp: async () => removeFolderOf(file) }
  }
}

for (const [name, apart] of [
  ['sqlite', false],
  ['sqlite through connections of their own', true],
] as const) {
  eventStoreConformance({ name, create: harness(sqliteEventStore, apart), ...common })
  projectionStoreConformance({ name, create: harness(sqliteProjectionStore, apart), ...common })
}
