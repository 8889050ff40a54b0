import { MicroError } from '@micro/core'
import { describe, expect, it } from 'vitest'
import { befallsEveryWrite, isBusy, isConstraint, isFatalForWrites, mapDriverError } from './map-driver-error.ts'

function driverError(errcode: number): Error {
  return Object.assign(new Error('what SQLite says'), { code: 'ERR_SQLITE_ERROR', errcode })
}

// SQLite's code (an extended one where that is what it gives), what becomes of it, and whether it spoils everything else.
const TABLE = [
  ['SQLITE_ERROR', 1, 'MICRO_INTERNAL', 'unknown', 'itself'],
  ['SQLITE_PERM', 3, 'MICRO_UNAVAILABLE', 'none', 'group'],
  ['SQLITE_BUSY', 5, 'MICRO_UNAVAILABLE', 'unknown', 'itself'],
  ['SQLITE_BUSY_SNAPSHOT', 517, 'MICRO_UNAVAILABLE', 'unknown', 'itself'],
  ['SQLITE_LOCKED', 6, 'MICRO_UNAVAILABLE', 'unknown', 'itself'],
  ['SQLITE_NOMEM', 7, 'MICRO_UNAVAILABLE', 'unknown', 'store'],
  ['SQLITE_READONLY', 8, 'MICRO_UNAVAILABLE', 'none', 'group'],
  ['SQLITE_IOERR', 10, 'MICRO_UNAVAILABLE', 'unknown', 'store'],
  ['SQLITE_IOERR_FSYNC', 1034, 'MICRO_UNAVAILABLE', 'unknown', 'store'],
  ['SQLITE_CORRUPT', 11, 'MICRO_STORE_CORRUPT', 'none', 'store'],
  ['SQLITE_CORRUPT_INDEX', 779, 'MICRO_STORE_CORRUPT', 'none', 'store'],
  ['SQLITE_FULL', 13, 'MICRO_STORE_FULL', 'none', 'group'],
  ['SQLITE_CANTOPEN', 14, 'MICRO_UNAVAILABLE', 'none', 'group'],
  ['SQLITE_TOOBIG', 18, 'MICRO_TOO_LARGE', 'none', 'itself'],
  ['SQLITE_CONSTRAINT_UNIQUE', 2067, 'MICRO_INTERNAL', 'unknown', 'itself'],
  ['SQLITE_AUTH', 23, 'MICRO_UNAVAILABLE', 'none', 'itself'],
  ['SQLITE_NOTADB', 26, 'MICRO_STORE_CORRUPT', 'none', 'store'],
] as const

describe('mapDriverError', () => {
  it.each(TABLE)('%s (%i) becomes %s', (_, errcode, code, outcome) => {
    const cause = driverError(errcode)
    expect(mapDriverError(cause, 'bank.db', 'unknown')).toMatchObject({ code, outcome, cause })
    expect(mapDriverError(cause, 'bank.db')).toMatchObject({ code, outcome: 'none' })
  })

  it.each(TABLE)('%s (%i) spoils what it must', (_, errcode, _code, _outcome, spoils) => {
    expect(isFatalForWrites(driverError(errcode))).toBe(spoils === 'store')
    expect(befallsEveryWrite(driverError(errcode))).toBe(spoils !== 'itself')
  })

  it('tells who is in the way, and which constraint held', () => {
    expect([5, 6, 517, 13].map((errcode) => isBusy(driverError(errcode)))).toEqual([true, true, true, false])
    expect([2067, 1555, 5].map((errcode) => isConstraint(driverError(errcode)))).toEqual([true, true, false])
  })

  it.each([
    ['database disk image is malformed', 'MICRO_STORE_CORRUPT'],
    ['disk I/O error', 'MICRO_UNAVAILABLE'],
    ['database or disk is full', 'MICRO_STORE_FULL'],
    ['no such table: x', 'MICRO_INTERNAL'],
  ])('knows "%s" where the driver gives no code', (message, code) => {
    expect(mapDriverError(new Error(message), 'bank.db')).toMatchObject({ code })
  })

  it('takes a number that no row of ours can hold for damage', () => {
    const cause = Object.assign(new RangeError('too large'), { code: 'ERR_OUT_OF_RANGE' })
    expect(mapDriverError(cause, 'bank.db')).toMatchObject({ code: 'MICRO_STORE_CORRUPT', cause })
  })

  it('leaves errors of the framework and mistakes of the caller as they are', () => {
    for (const error of [new MicroError('MICRO_CONFLICT', 'no'), new TypeError('no')])
      expect(mapDriverError(error, 'a')).toBe(error)
  })

  it('keeps anything else as the cause', () => {
    expect(mapDriverError('odd', 'a')).toMatchObject({ code: 'MICRO_INTERNAL', cause: 'odd' })
  })
})
