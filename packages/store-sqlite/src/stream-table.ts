import { hash } from 'node:crypto'
import { BoundedMap } from './bounded-map.ts'
import type { Database } from './database.ts'
import type { SqlRow } from './load-sqlite.ts'
import { corruptError } from './map-driver-error.ts'

const KNOWN_STREAMS = 50_000

/** A stream as the writer knows it. */
export interface KnownStream {
  readonly number: number
  readonly name: string
}

/** Names of streams, numbered in the order in which they began. */
export class StreamTable {
  readonly #database: Database
  readonly #streams = new BoundedMap<string, KnownStream>(KNOWN_STREAMS)
  readonly #names = new BoundedMap<number, string>(KNOWN_STREAMS)

  constructor(database: Database) {
    this.#database = database
  }

  /** @throws MicroError `MICRO_STORE_CORRUPT` when a damaged index may hide it */
  find(name: string): KnownStream | undefined {
    const known = this.#streams.get(name)
    if (known !== undefined) return known
    const wanted = hashOf(name)
    const rows = this.#database.all('SELECT number, name FROM streams WHERE hash = ? ORDER BY number', wanted)
    const row = rows.find((candidate) => candidate[1] === name)
    if (row !== undefined) return this.#keep(row[0] as number, name)
    this.#checkNeighbours(wanted, rows)
    return undefined
  }

  /** Inside a write transaction: begins a stream that `find` did not find. */
  add(name: string): KnownStream {
    this.#database.run('INSERT INTO streams (hash, name) VALUES (?, ?)', hashOf(name), name)
    return this.#keep(this.#database.get('SELECT last_insert_rowid()')?.[0] as number, name)
  }

  /** @throws MicroError `MICRO_STORE_CORRUPT` for a number that no stream has */
  nameOf(number: number): string {
    const known = this.#names.get(number)
    if (known !== undefined) return known
    const row = this.#database.get('SELECT name FROM streams WHERE number = ?', number)
    if (row === undefined) throw corruptError(this.#database.file, `row ${number} of table streams is missing`)
    const name = String(row[0])
    this.#names.set(number, name)
    return name
  }

  /** A transaction was undone, and with it perhaps a stream that is known here. */
  forget(): void {
    this.#streams.clear()
    this.#names.clear()
  }

  #keep(number: number, name: string): KnownStream {
    const stream: KnownStream = { number, name }
    this.#streams.set(name, stream)
    this.#names.set(number, name)
    return stream
  }

  /**
   * "There is no such stream" is believed only when the rows on both sides of its place in the index are what they should
   * be: an entry that was damaged stands between the same two neighbours as before, or out of order.
   */
  #checkNeighbours(wanted: number, same: readonly SqlRow[]): void {
    const before = this.#database.get(
      'SELECT hash, name FROM streams WHERE hash < ? ORDER BY hash DESC LIMIT 1',
      wanted,
    )
    const after = this.#database.get('SELECT hash, name FROM streams WHERE hash > ? ORDER BY hash LIMIT 1', wanted)
    const isSound =
      isNeighbour(before, (found) => found < wanted) &&
      isNeighbour(after, (found) => found > wanted) &&
      same.every((row) => hashOf(String(row[1])) === wanted)
    if (!isSound) throw corruptError(this.#database.file, `a row of table streams, or its index, beside hash ${wanted}`)
  }
}

function isNeighbour(row: SqlRow | undefined, isInPlace: (found: number) => boolean): boolean {
  if (row === undefined) return true
  const actual = hashOf(String(row[1]))
  return actual === row[0] && isInPlace(actual)
}

/** 48 bits: nobody finds many names that share them, and names that happen to are told apart. */
function hashOf(name: string): number {
  return hash('sha256', name, 'buffer').readUIntBE(0, 6)
}
