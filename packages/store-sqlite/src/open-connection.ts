import { dirname } from 'node:path'
import { type Host, MicroError } from '@micro/core'
import { checkFileSystem } from './check-file-system.ts'
import { type FileLock, lockFile } from './file-lock.ts'
import { type Connection, loadSqlite, type Sqlite } from './load-sqlite.ts'
import { makeFolder, syncFolder } from './make-folder.ts'
import { corruptError, isBusy, isFull, mapDriverError } from './map-driver-error.ts'
import type { ResolvedOptions } from './options.ts'
import { checkSchema, createSchema, pragma } from './schema.ts'
import { readStoreId, writeStoreId } from './store-facts.ts'
import { sleep } from './turns.ts'

export interface OpenedFile {
  readonly connection: Connection
  readonly lock: FileLock
  readonly storeId: string
}

/** Problems of a damaged file that the error message tells. */
const TOLD_PROBLEMS = 3

/**
 * Opens the file, makes it when it is new, and checks it.
 *
 * @throws MicroError `MICRO_NOT_SUPPORTED`, `MICRO_STORE_LOCKED`, `MICRO_STORE_CORRUPT`, `MICRO_UNAVAILABLE`
 */
export async function openFile(options: ResolvedOptions, host: Host): Promise<OpenedFile> {
  const { file, exclusive } = options
  const sqlite = await loadSqlite()
  try {
    makeFolder(dirname(file))
    checkFileSystem(dirname(file))
    const lock = await lockFile(sqlite, file, exclusive, host)
    try {
      return { ...(await openConnection(sqlite, options, host)), lock }
    } catch (error) {
      lock.release()
      throw error
    }
  } catch (error) {
    throw isSystemError(error) ? unusableError(file, error) : mapDriverError(error, file)
  }
}

async function openConnection(
  sqlite: Sqlite,
  { file, integrityCheck, writeTimeoutMs }: ResolvedOptions,
  host: Host,
): Promise<Omit<OpenedFile, 'lock'>> {
  // Never waits inside SQLite, which would hold the event loop: whoever meets a busy file tries again by a timer.
  const connection = new sqlite.DatabaseSync(file, { timeout: 0 })
  try {
    const storeId = await whenFree(host, writeTimeoutMs, () => {
      checkSchema(connection, file)
      configure(connection)
      return prepareFile(connection, file, host)
    })
    syncFolder(dirname(file))
    recover(connection)
    if (integrityCheck !== 'off') checkIntegrity(connection, file, integrityCheck)
    return { connection, storeId }
  } catch (error) {
    connection.close()
    throw error
  }
}

function configure(connection: Connection): void {
  connection.exec('PRAGMA journal_mode = WAL')
  // FULL syncs the log before a commit returns; some builds of SQLite have NORMAL for this mode. On macOS only `fullfsync`
  // reaches the disk itself.
  connection.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON')
  connection.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0')
  const mode = (connection.prepare('PRAGMA journal_mode').get() as { readonly journal_mode: string }).journal_mode
  if (mode !== 'wal' || pragma(connection, 'synchronous') !== 2)
    throw new MicroError(
      'MICRO_NOT_SUPPORTED',
      `This place cannot hold a durable log: SQLite has no write-ahead log there.`,
      {
        details: { mode },
      },
    )
}

/** Makes the tables and the store's id where they are missing; several openers may try at once. */
function prepareFile(connection: Connection, file: string, host: Host): string {
  connection.exec('BEGIN IMMEDIATE')
  try {
    if (checkSchema(connection, file) === 'new') createSchema(connection)
    let id = readStoreId(connection, file)
    if (id === undefined) writeStoreId(connection, (id = host.runtime.newId()))
    connection.exec('COMMIT')
    return id
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK')
    throw error
  }
}

/**
 * Writes the log into the database file, with a sync of its own: after a disk that failed, parts of the log may be in memory
 * only. Others' readers may be in the way; then the log is in use and was recovered. A full disk keeps the log where it is.
 */
function recover(connection: Connection): void {
  try {
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch (error) {
    if (!isFull(error)) throw error
  }
}

function checkIntegrity(connection: Connection, file: string, depth: 'quick' | 'full'): void {
  const name = depth === 'full' ? 'integrity_check' : 'quick_check'
  const rows = connection.prepare(`PRAGMA ${name}(${TOLD_PROBLEMS})`).all() as readonly Readonly<
    Record<string, string>
  >[]
  const problems = rows.map((row) => String(row[name]))
  if (problems.length === 1 && problems[0] === 'ok') return
  throw corruptError(file, problems.join('; '))
}

/** Runs `action` until no other connection is in its way. */
async function whenFree<Result>({ runtime }: Host, timeoutMs: number, action: () => Result): Promise<Result> {
  const deadline = runtime.monotonic() + timeoutMs
  for (;;) {
    try {
      return action()
    } catch (error) {
      if (!isBusy(error) || runtime.monotonic() >= deadline) throw error
    }
    await sleep(runtime, 2 + 8 * runtime.random())
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string'
}

function unusableError(file: string, cause: NodeJS.ErrnoException): MicroError<'MICRO_UNAVAILABLE'> {
  return new MicroError('MICRO_UNAVAILABLE', `The folder of ${file} cannot be used: ${cause.message}`, {
    cause,
    retryable: false,
  })
}
