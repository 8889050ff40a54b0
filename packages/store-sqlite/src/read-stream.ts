import type { Direction, RecordedEvent } from '@micro/core'
import type { EventLog } from './event-log.ts'
import { COLUMNS, type StoredRow } from './event-row.ts'
import { corruptError } from './map-driver-error.ts'

const MOST_ROWS = 512
const FORWARDS = `SELECT ${COLUMNS} FROM events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?`
const BACKWARDS = `SELECT ${COLUMNS} FROM events WHERE stream = ? AND revision <= ? ORDER BY revision DESC LIMIT ?`

/** Reads one stream, batch by batch, each in one turn and without holding on to anything between them. */
export class StreamReader {
  readonly #log: EventLog
  readonly #name: string
  readonly #direction: Direction
  /** Revision of the next event; `undefined`: backwards from the end. */
  #next: number | undefined
  #ended = false

  constructor(log: EventLog, name: string, direction: Direction, from: number | undefined) {
    this.#log = log
    this.#name = name
    this.#direction = direction
    this.#next = from ?? (direction === 'forwards' ? 0 : undefined)
  }

  /** The next events, at most so many; empty at the end. */
  next(wanted: number): readonly RecordedEvent[] {
    if (this.#ended) return []
    const limit = Math.min(wanted, MOST_ROWS)
    const { database, streams, rows } = this.#log
    return database.snapshot(() => {
      const stream = streams.find(this.#name)
      if (stream === undefined) return this.#end()
      const found =
        this.#direction === 'forwards' ? this.#forwards(stream.number, limit) : this.#backwards(stream.number, limit)
      return found.map((row) => rows.decode(row))
    })
  }

  #forwards(stream: number, limit: number): readonly StoredRow[] {
    const first = this.#next as number
    const found = this.#read(FORWARDS, stream, first, limit)
    this.#checkChain(found, first, 1)
    this.#next = first + found.length
    if (found.length < limit) {
      this.#ended = true
      this.#log.heads.checkEnd(stream, Math.max(this.#next - 1, -1))
    }
    return found
  }

  #backwards(stream: number, limit: number): readonly StoredRow[] {
    if (this.#next === undefined || !this.#isStored(stream, this.#next)) {
      const head = this.#log.heads.read(stream)
      if (head === 'no-stream') return this.#end()
      this.#next = Math.min(head, this.#next ?? head)
    }
    const first = this.#next
    const found = this.#read(BACKWARDS, stream, first, limit)
    this.#checkChain(found, first, -1)
    this.#next = first - found.length
    if (this.#next >= 0 && found.length < limit) throw this.#missing(this.#next)
    if (this.#next < 0) this.#ended = true
    return found
  }

  #isStored(stream: number, revision: number): boolean {
    return (
      this.#log.database.get('SELECT 1 FROM events WHERE stream = ? AND revision = ?', stream, revision) !== undefined
    )
  }

  #read(sql: string, stream: number, revision: number, limit: number): readonly StoredRow[] {
    return this.#log.database.all(sql, stream, revision, limit).map((row) => this.#log.rows.check(row))
  }

  /** Revisions have no gaps: where one is missing, a damaged index hides it. */
  #checkChain(found: readonly StoredRow[], first: number, step: 1 | -1): void {
    let expected = first
    for (const { stream, revision } of found) {
      if (stream !== this.#name || revision !== expected) throw this.#missing(expected)
      expected += step
    }
  }

  #end(): readonly never[] {
    this.#ended = true
    return []
  }

  #missing(revision: number): Error {
    return corruptError(this.#log.database.file, `revision ${revision} of stream "${this.#name}" is missing`)
  }
}
