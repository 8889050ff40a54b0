import { type Generation, type GenerationCheckpoint, MicroError, type ModelTable, type Table } from '@micro/core'
import type { Database } from './database.ts'
import type { SqlRow } from './load-sqlite.ts'
import { RowTable } from './row-table.ts'

/** A generation as the file knows it. */
export interface StoredGeneration extends GenerationCheckpoint {
  readonly number: number
  readonly isActive: boolean
}

const GENERATION = 'SELECT number, generation, position, event_id, active FROM generations WHERE projection = ?'
const MODEL = 'SELECT number, key, indexes FROM models WHERE generation = ? AND model = ?'

/** Which generations and models there are. Names of tables are numbers, never words that somebody gave. */
export class ProjectionTables {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The named generation, or the active one. */
  find(projection: string, generation: number | undefined): StoredGeneration | undefined {
    return toGeneration(
      generation === undefined
        ? this.#database.get(`${GENERATION} AND active = 1`, projection)
        : this.#database.get(`${GENERATION} AND generation = ?`, projection, generation),
    )
  }

  /** @throws MicroError `MICRO_NOT_FOUND` */
  require({ projection, generation }: Generation): StoredGeneration {
    const found = this.find(projection, generation)
    if (found !== undefined) return found
    throw new MicroError(
      'MICRO_NOT_FOUND',
      `Generation ${generation} of "${projection}" was never prepared, or dropped.`,
    )
  }

  /** The rows to read; @throws MicroError `MICRO_NOT_FOUND`: an empty answer would be rows going backwards */
  open({ projection, generation, model }: Table): RowTable {
    const found = this.find(projection, generation)
    if (found === undefined)
      throw new MicroError('MICRO_NOT_FOUND', `There is no such generation of "${projection}" to read "${model}" from.`)
    return this.rowsOf(found, model)
  }

  /** @throws MicroError `MICRO_NOT_FOUND` */
  rowsOf({ number }: StoredGeneration, model: string): RowTable {
    const row = this.#database.get(MODEL, number, model)
    if (row === undefined) throw new MicroError('MICRO_NOT_FOUND', `No table was prepared for the model "${model}".`)
    return toRowTable(this.#database, row)
  }

  moveCheckpoint({ number }: StoredGeneration, position: number, eventId: string): void {
    this.#database.run('UPDATE generations SET position = ?, event_id = ? WHERE number = ?', position, eventId, number)
  }

  /** Makes what is not there yet: the generation, tables of models, indexes of tables. */
  prepare({ projection, generation }: Generation, models: readonly ModelTable[]): void {
    if (this.find(projection, generation) === undefined) {
      const sql = `INSERT INTO generations (projection, generation, position, event_id, active) VALUES (?, ?, 0, '', 0)`
      this.#database.run(sql, projection, generation)
    }
    const { number } = this.require({ projection, generation })
    for (const model of models) this.#prepareModel(number, model)
  }

  #prepareModel(generation: number, { model, key, indexes }: ModelTable): void {
    const wanted = [...new Set(indexes)].filter((path) => path !== key)
    let row = this.#database.get(MODEL, generation, model)
    if (row === undefined) {
      const sql = `INSERT INTO models (generation, model, key, indexes) VALUES (?, ?, ?, '[]')`
      this.#database.run(sql, generation, model, key)
      row = this.#database.get(MODEL, generation, model) as SqlRow
      toRowTable(this.#database, row).create()
    }
    const table = toRowTable(this.#database, row)
    const missing = wanted.filter((path) => !table.indexes.includes(path))
    if (missing.length === 0) return
    const all = [...table.indexes, ...missing]
    this.#database.run('UPDATE models SET indexes = ? WHERE number = ?', JSON.stringify(all), table.number)
    table.withIndexes(all).buildIndexes(missing)
  }

  activate(generation: Generation): void {
    const found = this.require(generation)
    const active = this.find(generation.projection, undefined)
    if (active?.number === found.number) return
    if (active !== undefined && active.position > found.position)
      throw new MicroError(
        'MICRO_CONFLICT',
        `The active generation of "${generation.projection}" is ahead of this one.`,
      )
    this.#database.run(
      'UPDATE generations SET active = (number = ?) WHERE projection = ?',
      found.number,
      generation.projection,
    )
  }

  drop({ projection, generation }: Generation): void {
    const found = this.find(projection, generation)
    if (found === undefined) return
    if (found.isActive)
      throw new MicroError('MICRO_CONFLICT', `The active generation of "${projection}" cannot be dropped.`)
    const models = this.#database.all('SELECT number, key, indexes FROM models WHERE generation = ?', found.number)
    for (const model of models) toRowTable(this.#database, model).drop()
    this.#database.run('DELETE FROM models WHERE generation = ?', found.number)
    this.#database.run('DELETE FROM generations WHERE number = ?', found.number)
  }
}

function toGeneration(row: SqlRow | undefined): StoredGeneration | undefined {
  if (row === undefined) return undefined
  const [number, generation, position, eventId, active] = row as [number, number, number, string, number]
  return { number, generation, position, eventId, isActive: active === 1 }
}

function toRowTable(database: Database, row: SqlRow): RowTable {
  const [number, key, indexes] = row as [number, string, string]
  return new RowTable(database, number, key, JSON.parse(indexes) as readonly string[])
}
