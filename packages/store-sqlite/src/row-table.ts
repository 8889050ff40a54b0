import { crc32 } from 'node:zlib'
import { indexValues, type Row, type RowKey } from '@micro/core'
import type { Database } from './database.ts'
import { type IndexValue, toIndexValue } from './index-value.ts'
import type { SqlValue } from './load-sqlite.ts'
import { corruptError } from './map-driver-error.ts'
import { fromStoredText, toStoredText } from './stored-text.ts'

/** Rows that are fetched at once. */
const PAGE = 500

export interface KeyedRow {
  readonly key: RowKey
  readonly row: Row
}

/** The rows of one model in one generation: JSON by key, and a table of values for each declared index. */
export class RowTable {
  readonly number: number
  /** The property that holds a row's key. */
  readonly key: string
  /** Paths that are indexed, in the order of their tables. */
  readonly indexes: readonly string[]
  readonly rowsName: string
  readonly #database: Database
  // Each its own string, made once: the statement is found by it.
  readonly #selectRow: string
  readonly #putRow: string

  constructor(database: Database, number: number, key: string, indexes: readonly string[]) {
    this.#database = database
    this.number = number
    this.key = key
    this.indexes = indexes
    this.rowsName = `rows_${number}`
    this.#selectRow = `SELECT row, crc FROM ${this.rowsName} WHERE key = ?`
    this.#putRow = `INSERT INTO ${this.rowsName} (key, row, crc) VALUES (?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET row = excluded.row, crc = excluded.crc`
  }

  indexName(path: string): string {
    return `index_${this.number}_${this.indexes.indexOf(path)}`
  }

  get(key: RowKey): Row | undefined {
    const stored = this.#database.get(this.#selectRow, toStoredText(key))
    return stored && this.#decode(key, stored[0], stored[1])
  }

  /** The rows that a query behind `FROM` finds, one by one. */
  *select(from: string, ...values: readonly SqlValue[]): Iterable<KeyedRow> {
    const sql = `SELECT rows.key, rows.row, rows.crc FROM ${from}`
    for (const [stored, text, crc] of this.#database.all(sql, ...values)) {
      const key = fromStoredText(String(stored))
      yield { key, row: this.#decode(key, text, crc) }
    }
  }

  /** @throws MicroError `MICRO_STORE_CORRUPT` naming the row when it is not what was written */
  #decode(key: RowKey, text: SqlValue | undefined, crc: SqlValue | undefined): Row {
    if (crc === checksum(key, text as string)) return JSON.parse(text as string) as Row
    throw corruptError(this.#database.file, `the row with key ${JSON.stringify(key)} of table ${this.rowsName}`)
  }

  put(key: RowKey, row: Row, text: string): void {
    if (this.indexes.length > 0) this.#reindex(key, this.get(key), row)
    this.#database.run(this.#putRow, toStoredText(key), text, checksum(key, text))
  }

  remove(key: RowKey): void {
    if (this.indexes.length > 0) this.#reindex(key, this.get(key), undefined)
    this.#database.run(`DELETE FROM ${this.rowsName} WHERE key = ?`, toStoredText(key))
  }

  create(): void {
    this.#database.changeTables(
      `CREATE TABLE ${this.rowsName} (key TEXT PRIMARY KEY, row TEXT NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID`,
    )
  }

  withIndexes(indexes: readonly string[]): RowTable {
    return new RowTable(this.#database, this.number, this.key, indexes)
  }

  /** Makes the tables of these indexes and fills them from the rows that are there. */
  buildIndexes(paths: readonly string[]): void {
    // Without a type a column keeps numbers, text and bytes apart, in this order.
    for (const path of paths)
      this.#database.changeTables(
        `CREATE TABLE ${this.indexName(path)} (value NOT NULL, key TEXT NOT NULL, PRIMARY KEY (value, key)) WITHOUT ROWID`,
      )
    for (const { key, row } of this.scan()) for (const path of paths) this.#index(path, key, row)
  }

  drop(): void {
    for (const path of this.indexes) this.#database.changeTables(`DROP TABLE ${this.indexName(path)}`)
    this.#database.changeTables(`DROP TABLE ${this.rowsName}`)
  }

  /** All rows by key, ascending; to be used up in the turn in which it was begun. */
  *scan(): Iterable<KeyedRow> {
    let last: RowKey | undefined
    for (let found = PAGE; found === PAGE;) {
      const page =
        last === undefined
          ? this.select(`${this.rowsName} AS rows ORDER BY rows.key LIMIT ?`, PAGE)
          : this.select(
              `${this.rowsName} AS rows WHERE rows.key > ? ORDER BY rows.key LIMIT ?`,
              toStoredText(last),
              PAGE,
            )
      found = 0
      for (const entry of page) {
        found++
        last = entry.key
        yield entry
      }
    }
  }

  #index(path: string, key: RowKey, row: Row): void {
    for (const value of valuesOf(row, path)) this.#add(path, value, key)
  }

  #reindex(key: RowKey, before: Row | undefined, after: Row | undefined): void {
    for (const path of this.indexes) {
      if (before !== undefined && after !== undefined && isSameScalar(before, after, path)) continue
      const old = before === undefined ? [] : valuesOf(before, path)
      if (old.length > 0) {
        const sql = `DELETE FROM ${this.indexName(path)} WHERE value = ? AND key = ?`
        for (const value of old) this.#database.run(sql, value, toStoredText(key))
      }
      if (after !== undefined) this.#index(path, key, after)
    }
  }

  #add(path: string, value: IndexValue, key: RowKey): void {
    this.#database.run(
      `INSERT OR IGNORE INTO ${this.indexName(path)} (value, key) VALUES (?, ?)`,
      value,
      toStoredText(key),
    )
  }
}

function valuesOf(row: Row, path: string): readonly IndexValue[] {
  return [...indexValues(row, path)].map(toIndexValue)
}

/** The usual change leaves indexed properties alone; then there is nothing to do. */
function isSameScalar(before: Row, after: Row, path: string): boolean {
  const value = before[path]
  return value !== undefined && typeof value !== 'object' && Object.hasOwn(before, path) && value === after[path]
}

function checksum(key: RowKey, text: string): number {
  return crc32(`${key}\n${text}`)
}
