import type { Position, StreamRevision } from '../ports/event-store.ts'

/** What is known of a stream: revision and position of its last event. */
export interface Head {
  readonly revision: StreamRevision
  readonly position: Position
}

interface Entry {
  revision: StreamRevision | 'unknown'
  position: Position
}

const NO_STREAM: Head = Object.freeze({ revision: 'no-stream', position: 0 })

/**
 * The last event of each stream, as the tail has seen it: a bounded cache in which absence means unknown, never "no such
 * stream", unless everything since the first event was seen and nothing was evicted.
 *
 * Two generations instead of an LRU list: when the young one is full it becomes the old one and the former old one goes
 * (0.35 µs for an insert at 100k entries against 7.5 µs of Map order).
 */
export class Heads {
  readonly #limit: number
  #young = new Map<string, Entry>()
  #old = new Map<string, Entry>()
  #isComplete: boolean

  constructor(options: { readonly limit: number; readonly fromBeginning: boolean }) {
    this.#limit = options.limit
    this.#isComplete = options.fromBeginning
  }

  /** `undefined`: unknown, ask the log. */
  get(stream: string): Head | undefined {
    const entry = this.#find(stream)
    if (entry === undefined) return this.#isComplete ? NO_STREAM : undefined
    const { revision } = entry
    return revision === 'unknown' ? undefined : { revision, position: entry.position }
  }

  /** The tail has seen this event. */
  advance(stream: string, revision: number, position: Position): void {
    const entry = this.#find(stream)
    if (entry === undefined) this.#insert(stream, { revision, position })
    else if (entry.revision === 'unknown' || position > entry.position) {
      entry.revision = revision
      entry.position = position
    }
  }

  /** The log was asked: kept only where nothing is known, else the higher position wins. */
  fill(stream: string, head: Head): void {
    const entry = this.#find(stream)
    if (entry === undefined) this.#insert(stream, { ...head })
    else if (entry.revision === 'unknown' || head.position > entry.position) Object.assign(entry, head)
  }

  /** What is cached of this stream was wrong or too old. */
  forget(stream: string): void {
    const entry = this.#find(stream)
    if (entry !== undefined) entry.revision = 'unknown'
    // Where absence says "no such stream", the doubt itself has to be remembered.
    else if (this.#isComplete) this.#insert(stream, { revision: 'unknown', position: 0 })
  }

  #find(stream: string): Entry | undefined {
    const young = this.#young.get(stream)
    if (young !== undefined) return young
    const old = this.#old.get(stream)
    if (old !== undefined) {
      this.#old.delete(stream)
      this.#insert(stream, old)
    }
    return old
  }

  #insert(stream: string, entry: Entry): void {
    if (this.#young.size >= this.#limit) {
      if (this.#old.size > 0) this.#isComplete = false
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(stream, entry)
  }
}
