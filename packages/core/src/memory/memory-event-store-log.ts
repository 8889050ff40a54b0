import { decideAppend, type AppendView } from '../append/decide-append.ts'
import type { compileFilter } from '../append/event-filter.ts'
import type { AppendResult, Position, RecordedEvent, StreamRevision, StreamWrite } from '../ports/event-store.ts'
import { LargeMap } from './memory-event-store-index.ts'

/** Events in a batch; one more append is never begun, and the last one never split. */
const BATCH_LIMIT = 512
/** Events that are looked at for one batch, so that a filter that lets nothing pass does not hold the event loop. */
const SCAN_LIMIT = 8192

export type Passes = ReturnType<typeof compileFilter>

/** Some whole appends, and where reading goes on. */
export interface LogBatch {
  readonly events: readonly RecordedEvent[]
  readonly next: number
}

const EMPTY: readonly RecordedEvent[] = Object.freeze([])

/** The data of one provider. The event with position p is at index p - 1, so "after p" is "from index p on". */
export class MemoryLog implements AppendView {
  readonly id: string
  readonly uniqueEventIds: boolean
  readonly #events: RecordedEvent[] = []
  /** For each event: the index after the last event of its append. */
  readonly #appendEnds: number[] = []
  readonly #streams = new LargeMap<RecordedEvent[]>()
  readonly #positions = new LargeMap<Position>()
  readonly #waiting = new Set<() => void>()

  constructor(id: string, uniqueEventIds: boolean) {
    this.id = id
    this.uniqueEventIds = uniqueEventIds
  }

  get length(): number {
    return this.#events.length
  }

  stream(name: string): readonly RecordedEvent[] {
    return this.#streams.get(name) ?? EMPTY
  }

  /** One synchronous turn: nobody sees a part of it, and nothing comes between the decision and the events. */
  append(writes: readonly StreamWrite[]): AppendResult {
    const repeated = decideAppend(writes, this)
    if (repeated !== undefined) return repeated
    let count = 0
    for (const { events } of writes) if (events !== undefined) count += events.length
    const end = this.#events.length + count
    const revisions = writes.map((write) => this.#write(write, end))
    if (count > 0) this.wake()
    return { position: end, revisions }
  }

  #write({ stream, events }: StreamWrite, appendEnd: number): StreamRevision {
    if (events === undefined || events.length === 0) return this.revisionOf(stream)
    let recorded = this.#streams.get(stream)
    if (recorded === undefined) this.#streams.add(stream, (recorded = []))
    for (const { id, type, data, time, metadata } of events) {
      const position = this.#events.length + 1
      const event = Object.freeze({ id, type, data, time, metadata, stream, revision: recorded.length, position })
      this.#events.push(event)
      this.#appendEnds.push(appendEnd)
      recorded.push(event)
      if (this.uniqueEventIds) this.#positions.add(id, position)
    }
    return recorded.length - 1
  }

  revisionOf(stream: string): StreamRevision {
    const recorded = this.#streams.get(stream)
    return recorded === undefined ? 'no-stream' : recorded.length - 1
  }

  revisionBefore(stream: string, position: Position): StreamRevision {
    const revision = this.stream(stream).findLastIndex((event) => event.position < position)
    return revision === -1 ? 'no-stream' : revision
  }

  appendWithId(id: string): readonly RecordedEvent[] | undefined {
    const position = this.#positions.get(id)
    return position === undefined ? undefined : this.#appendAround(position - 1)
  }

  appendAt(stream: string, revision: number): readonly RecordedEvent[] | undefined {
    const event = this.stream(stream)[revision]
    return event && this.#appendAround(event.position - 1)
  }

  #appendAround(index: number): readonly RecordedEvent[] {
    const end = this.#appendEnds[index]
    let start = index
    while (start > 0 && this.#appendEnds[start - 1] === end) start--
    return this.#events.slice(start, end)
  }

  /** Whole appends from index `start` on and before index `end`, until `limit` events that pass are in. */
  forwards(start: number, end: number, passes: Passes, limit: number = BATCH_LIMIT): LogBatch {
    if (start >= end) return { events: EMPTY, next: start }
    const most = Math.min(limit, BATCH_LIMIT)
    if (passes === undefined) {
      const last = start + most - 1
      const next = last < end ? (this.#appendEnds[last] as number) : end
      return { events: this.#events.slice(start, next), next }
    }
    const events: RecordedEvent[] = []
    let next = start
    while (next < end && events.length < most && next - start < SCAN_LIMIT) {
      for (const appendEnd = this.#appendEnds[next] as number; next < appendEnd; next++)
        if (passes(this.#events[next] as RecordedEvent)) events.push(this.#events[next] as RecordedEvent)
    }
    return { events, next }
  }

  /** Whole appends before index `end`, last event first, until `limit` events that pass are in. */
  backwards(end: number, passes: Passes, limit: number): LogBatch {
    const events: RecordedEvent[] = []
    const most = Math.min(limit, BATCH_LIMIT)
    let next = end
    while (next > 0 && events.length < most && end - next < SCAN_LIMIT) {
      const appendEnd = this.#appendEnds[next - 1]
      do {
        const event = this.#events[--next] as RecordedEvent
        if (passes === undefined || passes(event)) events.push(event)
      } while (next > 0 && this.#appendEnds[next - 1] === appendEnd)
    }
    return { events, next }
  }

  /** Calls back once, at the next append or whenever something ends; then who waits looks for itself. */
  wait(callback: () => void): void {
    this.#waiting.add(callback)
  }

  stopWaiting(callback: () => void): void {
    this.#waiting.delete(callback)
  }

  wake(): void {
    if (this.#waiting.size === 0) return
    const callbacks = [...this.#waiting]
    this.#waiting.clear()
    for (const callback of callbacks) callback()
  }
}
