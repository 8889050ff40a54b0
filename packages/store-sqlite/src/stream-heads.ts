import type { StreamRevision } from '@micro/core'
import { BoundedMap } from './bounded-map.ts'
import type { Database } from './database.ts'
import { COLUMNS, type EventRows } from './event-row.ts'
import { corruptError } from './map-driver-error.ts'
import type { KnownStream, StreamTable } from './stream-table.ts'

const KNOWN_HEADS = 50_000

/** A stream as the write transaction sees it. What it writes there it notes here, until the transaction is undone. */
export interface StreamHead {
  /** `undefined`: it never began. */
  stream: KnownStream | undefined
  /** Of its last event. */
  revision: StreamRevision
}

/** Where each stream ends. */
export class StreamHeads {
  readonly #database: Database
  readonly #streams: StreamTable
  readonly #rows: EventRows
  readonly #known = new BoundedMap<string, StreamHead>(KNOWN_HEADS)

  constructor(database: Database, streams: StreamTable, rows: EventRows) {
    this.#database = database
    this.#streams = streams
    this.#rows = rows
  }

  of(name: string): StreamHead {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const stream = this.#streams.find(name)
    const head: StreamHead = { stream, revision: stream === undefined ? 'no-stream' : this.read(stream.number) }
    this.#known.set(name, head)
    return head
  }

  forget(): void {
    this.#known.clear()
  }

  /** Asks the file. @throws MicroError `MICRO_STORE_CORRUPT` when a damaged index may hide the last event */
  read(stream: number): StreamRevision {
    const sql = `SELECT ${COLUMNS} FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1`
    const last = this.#database.get(sql, stream)
    if (last !== undefined) this.#rows.check(last)
    const revision = last === undefined ? -1 : (last[2] as number)
    this.checkEnd(stream, revision)
    return revision === -1 ? 'no-stream' : revision
  }

  /**
   * "This was the stream's last event" is believed only when the next entry of the index belongs where it stands: the
   * entry of a hidden event, damaged, would be that one.
   */
  checkEnd(stream: number, revision: number): void {
    const sql = `SELECT ${COLUMNS} FROM events WHERE (stream, revision) > (?, ?) ORDER BY stream, revision LIMIT 1`
    const next = this.#database.get(sql, stream, revision)
    if (next === undefined) return
    this.#rows.check(next)
    if ((next[1] as number) <= stream)
      throw corruptError(this.#database.file, `the index of table events beside stream ${stream}, revision ${revision}`)
  }
}
