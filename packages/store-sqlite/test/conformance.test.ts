import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventStoreConformance } from '@micro/testkit/event-store'
import { projectionStoreConformance } from '@micro/testkit/projection-store'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { sqliteEventStore, sqliteProjectionStore } from '../src/index.ts'

const runner = { describe, it, beforeEach, afterEach }
const scale = Number(process.env['MICRO_TEST_SCALE'] ?? 0.1)

async function newFile(): Promise<{ readonly file: string; readonly cleanUp: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'micro-sqlite-'))
  return { file: join(folder, 'log.db'), cleanUp: () => rm(folder, { recursive: true }) }
}

const createLog = async () => {
  const { file, cleanUp } = await newFile()
  return { provider: sqliteEventStore({ file }), reopen: async () => sqliteEventStore({ file }), cleanUp }
}
eventStoreConformance({ name: 'sqlite', create: createLog, runner, scale })

const createModels = async () => {
  const { file, cleanUp } = await newFile()
  return { provider: sqliteProjectionStore({ file }), reopen: async () => sqliteProjectionStore({ file }), cleanUp }
}
projectionStoreConformance({ name: 'sqlite', create: createModels, runner, scale })
