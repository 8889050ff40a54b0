import type { Database } from './database.ts'
import { corruptError } from './map-driver-error.ts'

/** Names that many events have in common, kept once and numbered: types, and shapes of metadata. */
export class NameTable {
  readonly #database: Database
  readonly #select: string
  readonly #selectNumber: string
  readonly #insert: string
  readonly #table: string
  readonly #numbers = new Map<string, number>()
  readonly #names = new Map<number, string>()

  constructor(database: Database, table: 'types' | 'shapes', column: 'name' | 'template') {
    this.#database = database
    this.#table = table
    this.#select = `SELECT ${column} FROM ${table} WHERE number = ?`
    this.#selectNumber = `SELECT number FROM ${table} WHERE ${column} = ?`
    this.#insert = `INSERT INTO ${table} (${column}) VALUES (?)`
  }

  /** How many are known here: a floor for how many there are. */
  get size(): number {
    return this.#numbers.size
  }

  /** Inside a write transaction: the number of a name, which gets one if it has none. */
  numberOf(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    let row = this.#database.get(this.#selectNumber, name)
    if (row === undefined) {
      this.#database.run(this.#insert, name)
      row = this.#database.get(this.#selectNumber, name)
    }
    const number = row?.[0] as number
    this.#keep(number, name)
    return number
  }

  /** @throws MicroError `MICRO_STORE_CORRUPT` for a number that no name has */
  nameOf(number: number): string {
    const known = this.#names.get(number)
    if (known !== undefined) return known
    const row = this.#database.get(this.#select, number)
    if (row === undefined) throw corruptError(this.#database.file, `row ${number} of table ${this.#table} is missing`)
    const name = String(row[0])
    this.#keep(number, name)
    return name
  }

  /** A transaction was undone, and with it perhaps a number that is known here. */
  forget(): void {
    this.#numbers.clear()
    this.#names.clear()
  }

  #keep(number: number, name: string): void {
    this.#numbers.set(name, number)
    this.#names.set(number, name)
  }
}
