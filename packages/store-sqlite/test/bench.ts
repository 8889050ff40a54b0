import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  type EventStore,
  type Host,
  type Logger,
  type NewEvent,
  type RecordedEvent,
  type Runtime,
  systemRuntime,
} from '@micro/core'
import { afterEach } from 'vitest'
import { sqliteEventStore, type SqliteStoreOptions } from '../src/index.ts'

export const runtime: Runtime = systemRuntime()

const silent = (): void => undefined
const logger: Logger = {
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
  child: () => logger,
  flush: () => Promise.resolve(),
}

export const host: Host = { runtime, logger, service: 'tests', instance: runtime.newId() }

const cleanUps: (() => unknown)[] = []

/** Runs after the test, the latest first. */
export function defer(cleanUp: () => unknown): void {
  cleanUps.push(cleanUp)
}

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** A folder of one's own, gone after the test. */
export function newFolder(parent: string = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'micro-sqlite-'))
  defer(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** In memory where the system has such a place: thousands of copies of a file would wait for the disk, to no purpose. */
export function newFolderInMemory(): string {
  return newFolder(existsSync('/dev/shm') ? '/dev/shm' : tmpdir())
}

export function removeFolderOf(file: string): void {
  rmSync(dirname(file), { recursive: true, force: true })
}

export function newFile(): string {
  return join(newFolder(), 'log.db')
}

/** An open log, closed after the test. */
export async function openLog(file: string, options: Omit<SqliteStoreOptions, 'file'> = {}): Promise<EventStore> {
  const store = await sqliteEventStore({ file, ...options }).open(host)
  defer(() => store.close())
  return store
}

export function newEvent(data: NewEvent['data'] = {}): NewEvent {
  const id = runtime.newId()
  const metadata = { format: 1, commandId: id, correlationId: id, service: 'tests', rule: 'test', index: 0, count: 1 }
  return { id, type: 'something happened', data, time: new Date().toISOString(), metadata }
}

export function newEvents(count: number, data?: NewEvent['data']): readonly NewEvent[] {
  return Array.from({ length: count }, () => newEvent(data))
}

export async function eventsOf(batches: AsyncIterable<readonly RecordedEvent[]>): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for await (const batch of batches) events.push(...batch)
  return events
}
