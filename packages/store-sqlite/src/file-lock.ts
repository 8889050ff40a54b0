import { type Host, MicroError } from '@micro/core'
import { readHolder, removeHolder, writeHolder } from './holder-note.ts'
import type { Connection, Sqlite } from './load-sqlite.ts'
import { isBusy } from './map-driver-error.ts'
import { sleep } from './turns.ts'

// Another opener that tries and fails holds the lock for an instant: a refusal counts only when it lasts.
const ATTEMPTS = 8
const PAUSE_MS = 15

/** Says that this process has the file open. The operating system frees it, however the process ends. */
export interface FileLock {
  release(): void
}

/**
 * Takes `<file>-lock`: openers that share hold a read lock on it, an exclusive one holds the write lock. It is a database
 * of its own without any content, because SQLite's locks work alike everywhere. Nobody may open it in another way: POSIX
 * frees all of a process's locks on a file when the process closes any descriptor of that file.
 *
 * @throws MicroError `MICRO_STORE_LOCKED`
 */
export async function lockFile(sqlite: Sqlite, file: string, exclusive: boolean, host: Host): Promise<FileLock> {
  const connection = new sqlite.DatabaseSync(`${file}-lock`, { timeout: 0 })
  try {
    for (let attempt = 1; !tryLock(connection, exclusive); attempt++) {
      if (attempt >= ATTEMPTS) throw lockedError(file, exclusive)
      await sleep(host.runtime, PAUSE_MS * (0.5 + host.runtime.random()))
    }
    if (exclusive) writeHolder(file, host)
  } catch (error) {
    connection.close()
    throw error
  }
  return {
    release() {
      if (exclusive) removeHolder(file)
      connection.close()
    },
  }
}

function tryLock(connection: Connection, exclusive: boolean): boolean {
  try {
    connection.exec(exclusive ? 'BEGIN EXCLUSIVE' : 'BEGIN; SELECT count(*) FROM sqlite_schema')
    return true
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK')
    if (isBusy(error)) return false
    throw error
  }
}

function lockedError(file: string, exclusive: boolean): MicroError<'MICRO_STORE_LOCKED'> {
  const holder = readHolder(file)
  if (holder === undefined && exclusive)
    return new MicroError(
      'MICRO_STORE_LOCKED',
      `${file} is open elsewhere, so it cannot be taken exclusively. Stop who has it open, or leave out { exclusive: true }.`,
    )
  return new MicroError(
    'MICRO_STORE_LOCKED',
    `${file} is held exclusively by ${holder ?? 'another process'}. Stop it, or leave out { exclusive: true } there and here.`,
    { details: holder === undefined ? {} : { holder } },
  )
}
