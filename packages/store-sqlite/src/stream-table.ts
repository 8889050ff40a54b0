import { hash } from 'node:crypto'
import { BoundedMap } from './bounded-map.ts'
import type { Database } from './database.ts'
import type { SqlRow } from './load-sqlite.ts'
import { corruptError } from './map-driver-error.ts'
import { NumberedNames } from './numbered-names.ts'

const KNOWN_STREAMS = 50_000

/** The streams that have a hash, and those before and after them in the index; the first column says which. */
const AROUND_HASH = `
SELECT * FROM (SELECT -1, hash, name, number FROM streams WHERE hash < ? ORDER BY hash DESC LIMIT 1)
UNION ALL SELECT * FROM (SELECT 0, hash, name, number FROM streams WHERE hash = ? ORDER BY number)
UNION ALL SELECT * FROM (SELECT 1, hash, name, number FROM streams WHERE hash > ? ORDER BY hash LIMIT 1)`

/** A stream as the writer knows it. */
export interface KnownStream {
  readonly number: number
  readonly name: string
}

/** Names of streams, numbered in the order in which they began. */
export class StreamTable {
  readonly #database: Database
  readonly #streams = new BoundedMap<string, KnownStream>(KNOWN_STREAMS)
  readonly #names = new NumberedNames()

  constructor(database: Database) {
    this.#database = database
  }

  /** @throws MicroError `MICRO_STORE_CORRUPT` when a damaged index may hide it */
  find(name: string): KnownStream | undefined {
    const known = this.#streams.get(name)
    if (known !== undefined) return known
    const wanted = hashOf(name)
    const around = this.#database.all(AROUND_HASH, wanted, wanted, wanted)
    const row = around.find(([side, , found]) => side === 0 && found === name)
    if (row !== undefined) return this.#keep(row[3] as number, name)
    // "There is no such stream" is believed only when the rows on both sides of its place in the index are what they
    // should be: an entry that was damaged stands between the same two neighbours as before, or out of order.
    if (!around.every((neighbour) => isInPlace(neighbour, wanted)))
      throw corruptError(this.#database.file, `a row of table streams, or its index, beside hash ${wanted}`)
    return undefined
  }

  /** Inside a write transaction: begins a stream that `find` did not find. */
  add(name: string): KnownStream {
    const number = this.#database.insert('INSERT INTO streams (hash, name) VALUES (?, ?)', hashOf(name), name)
    return this.#keep(number, name)
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
}

function isInPlace([side, stored, name]: SqlRow, wanted: number): boolean {
  const actual = hashOf(String(name))
  return actual === wanted ? side === 0 : actual === stored && Math.sign(actual - wanted) === side
}

/** 48 bits: nobody finds many names that share them, and names that happen to are told apart. */
function hashOf(name: string): number {
  return hash('sha256', name, 'buffer').readUIntBE(0, 6)
}
