import type { ModelDefinition, RecordedEvent, RowKey } from '@micro/core'

/** A change of one row by one event. */
export interface RowWrite {
  readonly model: ModelDefinition
  readonly key: RowKey
  readonly event: RecordedEvent
}

/** Which streams' events each row was made of: those that changed it, and those of the rows that were read to do so. */
export class RowSources {
  readonly #sources = new Map<ModelDefinition, Map<RowKey, Set<string>>>()
  readonly #writes: RowWrite[] = []

  get writes(): readonly RowWrite[] {
    return this.#writes
  }

  /** Stored names of the streams. A row that was removed keeps its own: its absence came from there too. */
  of(model: ModelDefinition, key: RowKey): ReadonlySet<string> {
    return this.#sources.get(model)?.get(key) ?? NONE
  }

  /** @param read streams of the rows that the reducer read before, for this event */
  wrote(write: RowWrite, read: Iterable<string>): void {
    const { model, key, event } = write
    this.#writes.push(write)
    let rows = this.#sources.get(model)
    if (rows === undefined) this.#sources.set(model, (rows = new Map()))
    const sources = rows.get(key)
    if (sources === undefined) rows.set(key, new Set([event.stream, ...read]))
    else for (const stream of [event.stream, ...read]) sources.add(stream)
  }
}

const NONE: ReadonlySet<string> = new Set()
