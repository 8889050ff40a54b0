import { crc32 } from 'node:zlib'
import type { Connection } from './load-sqlite.ts'
import { corruptError } from './map-driver-error.ts'

const STORE_ID = 'store id'

/** The identity of the log in this file, or `undefined` when it has none yet. */
export function readStoreId(connection: Connection, file: string): string | undefined {
  const row = connection.prepare('SELECT value, crc FROM facts WHERE name = ?').get(STORE_ID) as
    | { readonly value: string; readonly crc: number }
    | undefined
  if (row === undefined) return undefined
  if (crc32(row.value) !== row.crc) throw corruptError(file, 'the store id in table facts')
  return row.value
}

/** Gives the log an identity; a copy of a log is another log and must have another. */
export function writeStoreId(connection: Connection, id: string): void {
  connection.prepare('INSERT OR REPLACE INTO facts (name, value, crc) VALUES (?, ?, ?)').run(STORE_ID, id, crc32(id))
}
