import type { ExpectedRevision, NewEvent, StreamWrite } from '@micro/core'

interface ModelEvent extends NewEvent {
  readonly stream: string
}

/**
 * What an event store with unique ids and multiStream does, as plainly as it can be said: nothing is shared with core, and
 * nothing is fast. An append is remembered whole, with its expectations, and looked for among all others.
 */
export class ModelLog {
  readonly events: ModelEvent[] = []
  readonly #appends: { readonly writes: readonly StreamWrite[]; readonly lengths: ReadonlyMap<string, number> }[] = []

  /** `revisions …`, or the code of the error. */
  append(writes: readonly StreamWrite[]): string {
    const ids = idsOf(writes)
    if (ids.some((id) => this.events.some((event) => event.id === id))) {
      const same = this.#appends.find((old) => isSame(old.writes, old.lengths, writes))
      return same === undefined ? 'MICRO_DUPLICATE' : revisions(same.lengths, writes)
    }
    const lengths = new Map(this.#streams().map((stream) => [stream, this.#length(stream)]))
    if (!writes.every(({ stream, expected }) => holds(expected, lengths.get(stream) ?? 0))) return 'MICRO_CONFLICT'
    if (ids.length > 0) this.#appends.push({ writes, lengths })
    for (const { stream, events = [] } of writes) for (const event of events) this.events.push({ ...event, stream })
    return revisions(lengths, writes)
  }

  #streams(): readonly string[] {
    return [...new Set(this.events.map(({ stream }) => stream))]
  }

  #length(name: string): number {
    return this.events.filter(({ stream }) => stream === name).length
  }
}

function holds(expected: ExpectedRevision, length: number): boolean {
  if (expected === 'any') return true
  if (expected === 'stream-exists') return length > 0
  return expected === (length === 0 ? 'no-stream' : length - 1)
}

/** The same events in the same streams and order, each expecting exactly what its stream was before the old append. */
function isSame(
  old: readonly StreamWrite[],
  lengths: ReadonlyMap<string, number>,
  writes: readonly StreamWrite[],
): boolean {
  const exact = written(writes).every(({ stream, expected }) => {
    const length = lengths.get(stream) ?? 0
    return expected === (length === 0 ? 'no-stream' : length - 1)
  })
  return exact && placesOf(old) === placesOf(writes)
}

function placesOf(writes: readonly StreamWrite[]): string {
  return JSON.stringify(written(writes).map(({ stream, events = [] }) => [stream, events.map(({ id }) => id)]))
}

function written(writes: readonly StreamWrite[]): readonly StreamWrite[] {
  return writes.filter(({ events = [] }) => events.length > 0)
}

function idsOf(writes: readonly StreamWrite[]): readonly string[] {
  return writes.flatMap(({ events = [] }) => events.map(({ id }) => id))
}

function revisions(lengths: ReadonlyMap<string, number>, writes: readonly StreamWrite[]): string {
  const after = writes.map(({ stream, events = [] }) => (lengths.get(stream) ?? 0) + events.length)
  return `revisions ${after.map((length) => (length === 0 ? 'no-stream' : length - 1)).join()}`
}
