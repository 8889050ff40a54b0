import type {
  EventFilter,
  EventStoreCapabilities,
  ExpectedRevision,
  NewEvent,
  ReadAllOptions,
  ReadStreamOptions,
  StreamWrite,
} from '@micro/core'

interface ModelEvent extends NewEvent {
  readonly stream: string
  readonly revision: number
}

interface ModelAppend {
  readonly writes: readonly StreamWrite[]
  /** How long the streams were before. */
  readonly lengths: ReadonlyMap<string, number>
  readonly events: readonly ModelEvent[]
}

/** What is read after: the end of the nth append (0: the beginning of the log), or just before its last event. */
export interface ModelPlace {
  readonly append: number
  /** Only forwards: positions may have gaps, and then nobody knows what is just before. */
  readonly beforeLast: boolean
}

/**
 * What an event store with these capabilities does, as plainly as it can be said: nothing is shared with core, and nothing
 * is fast. An append is remembered whole, with its expectations, and looked for among all others.
 */
export class ModelLog {
  readonly appends: ModelAppend[] = []
  readonly #capabilities: Pick<EventStoreCapabilities, 'multiStream' | 'uniqueEventIds'>

  constructor(capabilities: Pick<EventStoreCapabilities, 'multiStream' | 'uniqueEventIds'>) {
    this.#capabilities = capabilities
  }

  get events(): readonly ModelEvent[] {
    return this.appends.flatMap(({ events }) => events)
  }

  /** What a right store may answer, `revisions …` or the code of an error; it writes in the same cases, whichever it answers. */
  append(writes: readonly StreamWrite[]): readonly string[] {
    const { multiStream, uniqueEventIds } = this.#capabilities
    const ids = idsOf(writes)
    if (!multiStream && ids.length > 0 && writes.length > 1) return ['MICRO_NOT_SUPPORTED']
    const same = this.appends.find((old) => isSame(old, writes))
    const isStored = this.events.some(({ id }) => ids.includes(id))
    if (uniqueEventIds && isStored) return [same === undefined ? 'MICRO_DUPLICATE' : revisions(same.lengths, writes)]

    const lengths = new Map(writes.map(({ stream }) => [stream, this.#stream(stream).length]))
    if (writes.every(({ stream, expected }) => holds(expected, lengths.get(stream) ?? 0))) {
      if (ids.length > 0) this.#add(writes)
      return [revisions(lengths, writes)]
    }
    if (same !== undefined) return [revisions(same.lengths, writes)]
    // Who cannot tell a part of an append from the append may take it for that: it writes nothing either way.
    return this.#isInPlace(writes) ? ['MICRO_CONFLICT', placed(writes)] : ['MICRO_CONFLICT']
  }

  readStream(stream: string, { from, maxCount = Infinity, direction }: ReadStreamOptions): readonly ModelEvent[] {
    const all = this.#stream(stream)
    const read = direction === 'backwards' ? all.slice(0, (from ?? Infinity) + 1).toReversed() : all.slice(from)
    return read.slice(0, maxCount)
  }

  /** Ids that pass, append by append; reading ends with the append that reaches `maxCount`. */
  readAll(place: ModelPlace | undefined, options: Omit<ReadAllOptions, 'after'>): readonly (readonly string[])[] {
    const { filter, maxCount = Infinity, direction } = options
    const isBackwards = direction === 'backwards'
    const inOrder = isBackwards ? this.#before(place).toReversed() : this.#after(place)
    const read: (readonly string[])[] = []
    let count = 0
    for (const events of inOrder) {
      if (count >= maxCount) break
      const passed = (isBackwards ? events.toReversed() : events).filter((event) => passes(event, filter))
      count += passed.length
      if (passed.length > 0) read.push(passed.map(({ id }) => id))
    }
    return read
  }

  #after(place: ModelPlace = { append: 0, beforeLast: false }): readonly (readonly ModelEvent[])[] {
    const rest = this.appends.slice(place.append).map(({ events }) => events)
    const last = this.appends[place.append - 1]?.events.at(-1)
    return place.beforeLast && last !== undefined ? [[last], ...rest] : rest
  }

  /** What lies before the last event of an append. */
  #before(place: ModelPlace | undefined): readonly (readonly ModelEvent[])[] {
    if (place === undefined) return this.appends.map(({ events }) => events)
    const own = this.appends[place.append - 1]
    if (own === undefined) return []
    const rest = this.appends.slice(0, place.append - 1).map(({ events }) => events)
    return [...rest, own.events.slice(0, -1)]
  }

  #add(writes: readonly StreamWrite[]): void {
    const lengths = new Map(this.events.map(({ stream }) => [stream, this.#stream(stream).length]))
    const events = writes.flatMap(({ stream, events: own = [] }) =>
      own.map((event, index) => ({ ...event, stream, revision: (lengths.get(stream) ?? 0) + index })),
    )
    this.appends.push({ writes, lengths, events })
  }

  #stream(name: string): readonly ModelEvent[] {
    return this.events.filter(({ stream }) => stream === name)
  }

  /** Whether every event stands exactly where the expectations say that it would have been written. */
  #isInPlace(writes: readonly StreamWrite[]): boolean {
    const [{ stream, expected, events = [] }] = writes as [StreamWrite]
    const first = typeof expected === 'number' ? expected + 1 : expected === 'no-stream' ? 0 : NaN
    const isThere = events.every(({ id }, index) => this.#stream(stream)[first + index]?.id === id)
    return writes.length === 1 && events.length > 0 && isThere
  }
}

function passes({ type, stream }: ModelEvent, filter: EventFilter | undefined): boolean {
  const { types, streamPrefixes } = filter ?? {}
  if (types !== undefined && !types.includes(type)) return false
  return streamPrefixes === undefined || streamPrefixes.some((prefix) => stream.startsWith(prefix))
}

function holds(expected: ExpectedRevision, length: number): boolean {
  if (expected === 'any') return true
  if (expected === 'stream-exists') return length > 0
  return expected === (length === 0 ? 'no-stream' : length - 1)
}

/** The same events in the same streams and order, each expecting exactly what its stream was before the old append. */
function isSame(old: ModelAppend, writes: readonly StreamWrite[]): boolean {
  if (idsOf(writes).length === 0) return false
  const exact = written(writes).every(({ stream, expected }) => {
    const length = old.lengths.get(stream) ?? 0
    return expected === (length === 0 ? 'no-stream' : length - 1)
  })
  return exact && placesOf(old.writes) === placesOf(writes)
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

/** What an append answers whose events already stand where it would put them. */
function placed(writes: readonly StreamWrite[]): string {
  return revisions(
    new Map(writes.map(({ stream, expected }) => [stream, typeof expected === 'number' ? expected + 1 : 0])),
    writes,
  )
}

function revisions(lengths: ReadonlyMap<string, number>, writes: readonly StreamWrite[]): string {
  const after = writes.map(({ stream, events = [] }) => (lengths.get(stream) ?? 0) + events.length)
  return `revisions ${after.map((length) => (length === 0 ? 'no-stream' : length - 1)).join()}`
}
