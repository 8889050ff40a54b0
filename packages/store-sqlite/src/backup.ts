import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { MicroError } from '@micro/core'
import { type Connection, loadSqlite, type Sqlite } from './load-sqlite.ts'
import { makeFolder, syncFolder } from './make-folder.ts'
import { mapDriverError } from './map-driver-error.ts'
import { checkSchema } from './schema.ts'
import { writeStoreId } from './store-facts.ts'

/** Pages that are copied at once, by a thread of their own: about one millisecond in which the file is read hard. */
const PAGES_PER_STEP = 256

/**
 * Copies the file as it stands now. A connection of its own holds that state while SQLite copies it page by page: writers
 * do not wait, and what they write meanwhile is not in the copy.
 *
 * @throws TypeError for a target that is the file itself
 */
export async function backUp(file: string, target: string): Promise<void> {
  if (typeof target !== 'string' || target === '' || target === file)
    throw new TypeError(`backup: the target must be the path of another file, not ${JSON.stringify(target)}`)
  const sqlite = await loadSqlite()
  const unfinished = `${target}.${randomUUID()}.unfinished`
  try {
    makeFolder(dirname(target))
    await copy(sqlite, file, unfinished)
    makeIndependent(sqlite, unfinished)
    syncFile(unfinished)
    renameSync(unfinished, target)
    syncFolder(dirname(target))
  } catch (error) {
    throw mapDriverError(error, file)
  } finally {
    for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(unfinished + ending, { force: true })
  }
}

async function copy(sqlite: Sqlite, file: string, unfinished: string): Promise<void> {
  if (!existsSync(file)) throw nothingThere(file)
  const source = new sqlite.DatabaseSync(file, { timeout: 1000 })
  try {
    source.exec('BEGIN')
    if (checkSchema(source, file) === 'new') throw nothingThere(file)
    await sqlite.backup(source, unfinished, { rate: PAGES_PER_STEP })
  } finally {
    source.close()
  }
}

function nothingThere(file: string): MicroError<'MICRO_UNAVAILABLE'> {
  return new MicroError('MICRO_UNAVAILABLE', `${file} holds nothing to back up yet.`, { retryable: false })
}

/** A copy that goes on by itself is another log. As a file of its own it needs no write-ahead log beside it. */
function makeIndependent(sqlite: Sqlite, file: string): void {
  const connection: Connection = new sqlite.DatabaseSync(file, { timeout: 0 })
  try {
    connection.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL')
    writeStoreId(connection, randomUUID())
  } finally {
    connection.close()
  }
}

function syncFile(file: string): void {
  const descriptor = openSync(file, 'r+')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
