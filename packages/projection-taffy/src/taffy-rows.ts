// oxlint-disable-next-line typescript/triple-slash-reference -- TaffyDB has no types of its own, and whoever compiles this package from its sources needs ours
/// <reference path="./taffydb.d.ts" />
import type { Row, RowKey } from '@micro/core'
import { taffy, type TaffyDatabase } from 'taffydb'

/** Where indexes find a row; the same entry as long as the row is there. */
export interface Entry {
  key: RowKey
  /** `undefined`: free for the next row. */
  row: Row | undefined
}

/**
 * What TaffyDB knows as a record. It writes `___id` and `___s` into the objects that it is given and hands out those very
 * objects, so it is given these and never sees a row.
 */
interface Page {
  readonly entries: Entry[]
}

/** An `insert` takes TaffyDB as long as 1,000 changes of a row take us, and its ids repeat after a million. */
const PAGE_SIZE = 1000

/**
 * The rows of one table, held by TaffyDB in pages. Of its calls `insert` of a page and `each` over everything are sound and
 * can be afforded; nothing is asked for, changed or removed by it: a change points the entry to the new row, and the entry
 * of a removed row waits for the next one.
 */
export class TaffyRows {
  readonly #database: TaffyDatabase<Page> = taffy<Page>()
  readonly #free: Entry[] = []
  #page: Page | undefined

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
    if (this.#page === undefined || this.#page.entries.length >= PAGE_SIZE) {
      this.#page = { entries: [] }
      this.#database.insert([this.#page])
    }
    const entry = { key, row }
    this.#page.entries.push(entry)
    return entry
  }

  remove(entry: Entry): void {
    entry.row = undefined
    this.#free.push(entry)
  }

  each(look: (entry: Entry, row: Row) => void): void {
    this.#database().each(({ entries }) => {
      for (const entry of entries) if (entry.row !== undefined) look(entry, entry.row)
    })
  }
}
