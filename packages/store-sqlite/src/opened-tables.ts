import type { Table } from '@micro/core'
import type { Database } from './database.ts'
import type { SqlValue } from './load-sqlite.ts'
import type { ProjectionTables } from './projection-tables.ts'
import type { RowTable } from './row-table.ts'

/**
 * Reads tables, and remembers where they are: looking a table up takes longer than the usual read of a row.
 *
 * What is remembered may be old, when another process has dropped the table or given its number to another one. So such a
 * read counts only if no other process has committed since the table was looked up, and that is asked afterwards; it
 * also says that all that was read belongs to one state of the file, without a transaction around it.
 */
export class OpenedTables {
  readonly #database: Database
  readonly #tables: ProjectionTables
  readonly #opened = new Map<string, RowTable>()
  #dataVersion: SqlValue | undefined
  #tablesEpoch = -1

  constructor(database: Database, tables: ProjectionTables) {
    this.#database = database
    this.#tables = tables
  }

  /** Looks at one state of the table's rows; `look` is called again when the first one may have seen others. */
  read<Result>(table: Table, look: (rows: RowTable) => Result): Result {
    const rows = this.#find(table)
    if (rows !== undefined) {
      try {
        const result = look(rows)
        if (this.#isCurrent()) return result
      } catch (error) {
        if (this.#isCurrent()) throw error
      }
    }
    return this.#database.snapshot(() => look(this.#open(table)))
  }

  /** The same for a look that may take long, and should not be taken twice because of what can be known before. */
  search<Result>(table: Table, look: (rows: RowTable) => Result): Result {
    if (!this.#isCurrent()) this.#opened.clear()
    return this.read(table, look)
  }

  #find(table: Table): RowTable | undefined {
    return this.#tablesEpoch === this.#database.tablesEpoch ? this.#opened.get(nameOf(table)) : undefined
  }

  #isCurrent(): boolean {
    return this.#database.dataVersion() === this.#dataVersion
  }

  #open(table: Table): RowTable {
    const { tablesEpoch } = this.#database
    const dataVersion = this.#database.dataVersion()
    if (tablesEpoch !== this.#tablesEpoch || dataVersion !== this.#dataVersion) this.#opened.clear()
    this.#tablesEpoch = tablesEpoch
    this.#dataVersion = dataVersion
    const rows = this.#tables.open(table)
    // Which generation is the active one changes without a change of tables.
    if (table.generation !== undefined) this.#opened.set(nameOf(table), rows)
    return rows
  }
}

function nameOf({ projection, generation, model }: Table): string {
  return `${generation} ${projection.length} ${projection}${model}`
}
