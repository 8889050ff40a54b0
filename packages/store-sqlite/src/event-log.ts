import {
  type AppendResult,
  decideAppend,
  findConflicts,
  type Position,
  type RecordedEvent,
  type StreamRevision,
} from '@micro/core'
import { type AppendChecks, createAppendChecks } from './append-checks.ts'
import type { Database } from './database.ts'
import { EventRows, INSERT_EVENT } from './event-row.ts'
import { corruptError } from './map-driver-error.ts'
import type { PreparedAppend, PreparedWrite } from './prepared-write.ts'
import { RecentCommits } from './recent-commits.ts'
import { StreamHeads } from './stream-heads.ts'
import { StreamTable } from './stream-table.ts'
import type { Care } from './write-queue.ts'

/** The events of one file as this connection writes them; what it remembers of them is true, or forgotten. */
export class EventLog {
  readonly database: Database
  readonly rows: EventRows
  readonly streams: StreamTable
  readonly recent: RecentCommits = new RecentCommits()
  /** Subscriptions of this process; without any nothing is kept for them. */
  subscriptionCount = 0
  readonly heads: StreamHeads
  readonly #checks: AppendChecks
  /** Position of the last event inside the transaction. */
  #end: Position = 0
  /** What the transaction has written so far, for the subscriptions. */
  #written: RecordedEvent[] = []

  constructor(database: Database) {
    this.database = database
    this.streams = new StreamTable(database)
    this.rows = new EventRows(database, this.streams)
    this.heads = new StreamHeads(database, this.streams, this.rows)
    this.#checks = createAppendChecks(this.database, this.rows, this.streams, this.heads)
    database.listeners.push({
      begun: () => this.#begun(),
      committed: () => this.#committed(),
      undone: () => this.#undone(),
    })
  }

  /** Position of the last event in the file. */
  head(): Position {
    const position = this.database.get('SELECT max(position) FROM events')?.[0] ?? 0
    if (!Number.isSafeInteger(position)) throw corruptError(this.database.file, 'the last position')
    return position as Position
  }

  append(append: PreparedAppend): Promise<AppendResult> {
    return this.database.write({
      weight: Math.max(1, append.eventCount),
      run: (care) => this.#append(append, care),
    })
  }

  #append({ writes, prepared, eventCount }: PreparedAppend, care: Care): AppendResult {
    // Ids that are stored show themselves as conflicts, as a rule, and otherwise the index refuses them: then this runs again.
    if (care === 'careful' || findConflicts(writes, (stream) => this.heads.of(stream).revision).length > 0) {
      const repeated = decideAppend(writes, this.#checks)
      if (repeated !== undefined) return repeated
    }
    const firstPosition = this.#end + 1
    const revisions = prepared.map((write) => this.#write(write, firstPosition, eventCount))
    return { position: this.#end, revisions }
  }

  #write({ stream: name, events }: PreparedWrite, firstPosition: Position, size: number): StreamRevision {
    const head = this.heads.of(name)
    if (events.length === 0) return head.revision
    const stream = (head.stream ??= this.streams.add(name))
    let revision = head.revision === 'no-stream' ? -1 : head.revision
    const insert = this.database.statement(INSERT_EVENT)
    for (const { event, data } of events) {
      const position = ++this.#end
      const place = { position, stream, revision: ++revision, ordinal: position - firstPosition, size }
      insert.run(...this.rows.encode(event, data, place))
      if (this.subscriptionCount === 0) continue
      // Member by member: a copy by spreading takes several times as long.
      const { id, type, time, metadata } = event
      const kept = { id, type, data: event.data, time, metadata, stream: name, revision, position }
      this.#written.push(Object.freeze(kept))
    }
    return (head.revision = revision)
  }

  #begun(): void {
    const end = this.head()
    // Another process wrote: what is known of streams may be old.
    if (end !== this.#end) this.heads.forget()
    this.#end = end
    this.#written = []
  }

  #committed(): void {
    if (this.subscriptionCount === 0) this.recent.clear()
    if (this.#written.length === 0) return
    this.recent.add({ position: this.#end, events: this.#written })
    this.#written = []
  }

  #undone(): void {
    this.#written = []
    this.heads.forget()
    this.streams.forget()
    this.rows.forget()
  }
}
