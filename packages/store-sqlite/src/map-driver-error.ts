import { isMicroError, MicroError, type Outcome } from '@micro/core'

// Primary result codes of SQLite (https://sqlite.org/rescode.html); `errcode & 0xff` of an extended one.
const PERM = 3
const BUSY = 5
const LOCKED = 6
const NOMEM = 7
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const TOOBIG = 18
const CONSTRAINT = 19
const AUTH = 23
const NOTADB = 26

const LONGEST_VALUE = 1_000_000_000

// What SQLite says where a driver leaves the code out (`all` of @photostructure/sqlite 1.2 does).
const CODES: ReadonlyMap<string, number> = new Map([
  ['database is locked', BUSY],
  ['database table is locked', LOCKED],
  ['out of memory', NOMEM],
  ['attempt to write a readonly database', READONLY],
  ['disk I/O error', IOERR],
  ['database disk image is malformed', CORRUPT],
  ['database or disk is full', FULL],
  ['unable to open database file', CANTOPEN],
  ['string or blob too big', TOOBIG],
  ['file is not a database', NOTADB],
])

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  const { errcode } = error as { readonly errcode?: unknown }
  return typeof errcode === 'number' ? errcode & 0xff : CODES.get(error.message)
}

/** Whether another connection is in the way: the same again, a little later, will do. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error)
  return code === BUSY || code === LOCKED
}

/** Whether a constraint refused a row: an event id that is stored already. */
export function isConstraint(error: unknown): boolean {
  return primaryCode(error) === CONSTRAINT
}

/** Whether the disk has no space left. */
export function isFull(error: unknown): boolean {
  return primaryCode(error) === FULL
}

/** Whether nothing may be acknowledged any more until the file was opened anew: the disk or the file is not to be trusted. */
export function isFatalForWrites(error: unknown): boolean {
  const code = primaryCode(error)
  return code === IOERR || code === CORRUPT || code === NOTADB || code === NOMEM
}

/** Whether it would befall every other write in the same group as well. */
export function befallsEveryWrite(error: unknown): boolean {
  const code = primaryCode(error)
  return isFatalForWrites(error) || isFull(error) || code === READONLY || code === CANTOPEN || code === PERM
}

/**
 * The driver's error as one of core's, the original kept as `cause`. What is a `MicroError` or a `TypeError` stays.
 *
 * @param file names the database in the message
 * @param outcome what the failed call may have left in the log
 */
export function mapDriverError(error: unknown, file: string, outcome: Outcome = 'none'): unknown {
  if (isMicroError(error) || error instanceof TypeError) return error
  const cause = error
  switch (primaryCode(error)) {
    case BUSY:
    case LOCKED:
      return new MicroError('MICRO_UNAVAILABLE', `Other processes keep ${file} busy.`, { cause, outcome })
    case FULL:
      return new MicroError(
        'MICRO_STORE_FULL',
        `The disk of ${file} is full. Free some space; nothing else is needed.`,
        { cause },
      )
    case CORRUPT:
    case NOTADB:
      return corruptError(file, 'the database file itself', cause)
    case TOOBIG:
      return new MicroError('MICRO_TOO_LARGE', `A value is larger than SQLite can hold.`, {
        details: { limit: LONGEST_VALUE },
        cause,
      })
    case IOERR:
      return new MicroError(
        'MICRO_UNAVAILABLE',
        `The disk of ${file} failed. Look at the disk, then open the store again.`,
        {
          cause,
          outcome,
        },
      )
    case READONLY:
    case PERM:
    case AUTH:
      return new MicroError(
        'MICRO_UNAVAILABLE',
        `${file} may not be written. Look at the rights of the file and its folder.`,
        {
          cause,
          retryable: false,
        },
      )
    case CANTOPEN:
      return new MicroError(
        'MICRO_UNAVAILABLE',
        `${file} cannot be opened. Look at the path and the rights of its folder.`,
        {
          cause,
          retryable: false,
        },
      )
    case NOMEM:
      return new MicroError('MICRO_UNAVAILABLE', `SQLite had no memory left for ${file}.`, { cause, outcome })
    default:
      // An integer that only a damaged file can hold.
      if (isOutOfRange(error)) return corruptError(file, 'a number in a row', cause)
      return new MicroError('MICRO_INTERNAL', `SQLite refused what was asked of ${file}.`, { cause, outcome })
  }
}

function isOutOfRange(error: unknown): boolean {
  return error instanceof RangeError && (error as NodeJS.ErrnoException).code === 'ERR_OUT_OF_RANGE'
}

/** The error for a place in the file that holds something else than what was written there. */
export function corruptError(file: string, place: string, cause?: unknown): MicroError<'MICRO_STORE_CORRUPT'> {
  return new MicroError('MICRO_STORE_CORRUPT', `${file} is damaged: ${place}. Restore it from a backup.`, {
    details: { place },
    cause,
  })
}
