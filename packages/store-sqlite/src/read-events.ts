import { compileFilter, type EventFilter, type Position, type RecordedEvent } from '@micro/core'
import type { EventLog } from './event-log.ts'
import { COLUMNS, type StoredRow } from './event-row.ts'
import { corruptError } from './map-driver-error.ts'

/** Events that are asked for at once. The first questions are small, so that large events do not fill the memory. */
const FIRST_ROWS = 64
const MOST_ROWS = 512
/** Characters of data after which the next question is smaller. */
const ENOUGH_CHARACTERS = 4_000_000

const FORWARDS = `SELECT ${COLUMNS} FROM events WHERE position > ? ORDER BY position LIMIT ?`
const BACKWARDS = `SELECT ${COLUMNS} FROM events WHERE position < ? ORDER BY position DESC LIMIT ?`

type Passes = ReturnType<typeof compileFilter>

export interface LogBatch {
  /** Those that pass the filter. */
  readonly events: readonly RecordedEvent[]
  /** Of the event looked at last. */
  readonly position: Position
  /** Whether there was nothing more at that time. */
  readonly isLast: boolean
}

/** Reads whole appends from the log, batch by batch, each in one turn and without holding on to anything between them. */
export class LogReader {
  readonly #log: EventLog
  readonly #passes: Passes
  #rowLimit = FIRST_ROWS

  constructor(log: EventLog, filter: EventFilter | undefined) {
    this.#log = log
    this.#passes = compileFilter(filter)
  }

  /** Appends after a position, until so many events that pass are in; at least one append where there is one. */
  forwards(after: Position, wanted: number = Infinity): LogBatch {
    const rows = this.#read(FORWARDS, after, Math.min(this.#rowLimit, wanted))
    const last = rows.at(-1)
    // The rest of the append whose beginning was read.
    const missing = last === undefined ? 0 : last.size - 1 - last.ordinal
    if (last !== undefined && missing > 0) rows.push(...this.#read(FORWARDS, last.position, missing))
    this.#checkChain(rows, after + 1, 1)
    const end = rows.at(-1)
    if (end !== undefined && end.ordinal !== end.size - 1) throw this.#missing(end.position + 1)
    return this.#batch(
      rows,
      after,
      wanted,
      ({ ordinal, size }) => ordinal === size - 1,
      (position) => position >= this.#log.head(),
    )
  }

  /** Appends before a position, last event first, until so many events that pass are in. */
  backwards(before: Position, wanted: number = Infinity): LogBatch {
    const head = this.#log.head()
    const end = Math.min(before, head + 1)
    const rows = this.#read(BACKWARDS, end, Math.min(this.#rowLimit, wanted))
    const last = rows.at(-1)
    if (last !== undefined && last.ordinal > 0) rows.push(...this.#read(BACKWARDS, last.position, last.ordinal))
    this.#checkChain(rows, end - 1, -1)
    const newest = rows[0]
    if (newest?.position === head && newest.ordinal !== newest.size - 1) throw this.#missing(head + 1)
    const first = rows.at(-1)
    if (first === undefined ? end > 1 : first.ordinal > 0) throw this.#missing((first?.position ?? end) - 1)
    return this.#batch(
      rows,
      end,
      wanted,
      ({ ordinal }) => ordinal === 0,
      (position) => position <= 1,
    )
  }

  /** The events that pass, up to the end of the append in which the wanted number is reached. */
  #batch(
    rows: readonly StoredRow[],
    start: Position,
    wanted: number,
    endsAppend: (row: StoredRow) => boolean,
    isLast: (position: Position) => boolean,
  ): LogBatch {
    const events: RecordedEvent[] = []
    let position = start
    for (const row of rows) {
      if (this.#passes === undefined || this.#passes(row)) events.push(this.#log.rows.decode(row))
      position = row.position
      if (events.length >= wanted && endsAppend(row)) break
    }
    return { events, position, isLast: isLast(position) }
  }

  #read(sql: string, from: Position, limit: number): StoredRow[] {
    const { database, rows } = this.#log
    return database.all(sql, from, limit).map((row) => rows.check(row))
  }

  /** Positions have no gaps: where one is missing, a damaged page hides it. */
  #checkChain(rows: readonly StoredRow[], first: Position, step: 1 | -1): void {
    let expected = first
    let characters = 0
    for (const { position, data } of rows) {
      if (position !== expected) throw this.#missing(expected)
      expected += step
      characters += data.length
    }
    this.#rowLimit =
      characters > ENOUGH_CHARACTERS ? Math.max(1, this.#rowLimit >> 1) : Math.min(MOST_ROWS, this.#rowLimit * 2)
  }

  #missing(position: Position): Error {
    return corruptError(this.#log.database.file, `the event at position ${position} is missing`)
  }
}
