import type { Host, StreamWrite } from '@micro/core'
import { eventStoreConformance } from '@micro/testkit/event-store'
import { projectionStoreConformance } from '@micro/testkit/projection-store'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { sqliteEventStore, sqliteProjectionStore } from '../src/index.ts'
import { newFile, removeFolderOf } from './bench.ts'
import { stallAppend } from './stalled-append.ts'

// At full scale a thousand random programs make as many files.
const common = { runner: { describe, it, beforeEach, afterEach }, patienceMs: 240_000 }

/** With `apart` each handle has its own connection to the file, as in another process. */
function harness<P extends { open(host: Host): Promise<unknown> }>(
  factory: (options: { file: string }) => P,
  apart: boolean,
) {
  return async () => {
    const file = newFile()
    const provide = (): P =>
      apart ? { ...factory({ file }), open: (host: Host) => factory({ file }).open(host) } : factory({ file })
    return { file, provider: provide(), reopen: async () => provide(), cleanUp: async () => removeFolderOf(file) }
  }
}

for (const [name, apart] of [
  ['sqlite', false],
  ['sqlite through connections of their own', true],
] as const) {
  const newLog = harness(sqliteEventStore, apart)
  const create = async () => {
    const { file, ...log } = await newLog()
    return { ...log, stallAppend: (writes: readonly StreamWrite[]) => stallAppend(file, writes) }
  }
  eventStoreConformance({ name, create, ...common })
  const newRows = harness(sqliteProjectionStore, apart)
  const createRows = async () => {
    const { provider, reopen, cleanUp } = await newRows()
    return { provider, reopen, cleanUp }
  }
  projectionStoreConformance({ name, create: createRows, ...common })
}
