import type { Row, RowKey } from '@micro/core'
import { taffy, type TaffyDatabase } from 'taffydb'

/**
 * What TaffyDB holds of a row. TaffyDB writes `___id` and `___s` into the objects that it is given and hands out those
 * very objects, so it is given this one and never sees a row.
 */
export interface Entry {
  key: RowKey
  /** `undefined`: free for the next row. */
  row: Row | undefined
}

/**
 * The rows of one table in TaffyDB. Of its calls these are the ones that are sound and can be afforded: `insert` of many
 * at once, and `each` over everything. Its ids repeat after a million rows, so nothing is asked for, changed or removed
 * by them: a change points the entry to the new row, and the entry of a removed row waits for the next one.
 */
export class TaffyRows {
  readonly #database: TaffyDatabase<Entry> = taffy<Entry>()
  readonly #free: Entry[] = []
  #added: Entry[] = []

  constructor() {
    // It would keep the results of the last queries, found again by a text of each, and set a timer for every one.
    this.#database.settings({ cacheSize: 0 })
  }

  add(key: RowKey, row: Row): Entry {
    const free = this.#free.pop()
    if (free !== undefined) {
      free.key = key
      free.row = row
      return free
    }
    const entry = { key, row }
    this.#added.push(entry)
    return entry
  }

  remove(entry: Entry): void {
    entry.row = undefined
    this.#free.push(entry)
  }

  /** Hands what was added to TaffyDB: one call for each commit, as a call costs more than four rows. */
  insertAdded(): void {
    if (this.#added.length === 0) return
    this.#database.insert(this.#added)
    this.#added = []
  }

  each(look: (entry: Entry, row: Row) => void): void {
    this.#database().each((entry) => {
      if (entry.row !== undefined) look(entry, entry.row)
    })
  }
}
