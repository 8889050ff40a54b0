import type {
  EventStore,
  EventStoreProvider,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  StreamWrite,
  SubscribeOptions,
  SubscriptionBatch,
} from '@micro/core'
import { type Faults, unavailable } from './faults.ts'

/** The provider's log as an instance meets it over a bad line. */
export function faultyEventStore(provider: EventStoreProvider, faults: Faults): EventStoreProvider {
  return {
    ...provider,
    async open(host) {
      // What was sent arrives though its sender has closed: hence a handle of its own, which nobody closes.
      return new FaultyEventStore(await provider.open(host), await provider.open(host), faults)
    },
  }
}

class FaultyEventStore implements EventStore {
  readonly #store: EventStore
  readonly #line: EventStore
  readonly #faults: Faults
  /** First event ids of the appends that are under way. */
  readonly #underWay = new Set<string>()
  #isClosed = false

  constructor(store: EventStore, line: EventStore, faults: Faults) {
    this.#store = store
    this.#line = line
    this.#faults = faults
  }

  get id(): string {
    return this.#store.id
  }

  async append(writes: readonly StreamWrite[]): ReturnType<EventStore['append']> {
    if (this.#isClosed) throw unavailable('none')
    const id = writes.find(({ events = [] }) => events.length > 0)?.events?.[0]?.id
    if (id === undefined) return this.#send(writes)
    // One run of a command sends its append again and again, but never beside itself.
    if (this.#underWay.has(id)) this.#faults.overlaps.add(id)
    this.#underWay.add(id)
    try {
      return await this.#send(writes)
    } finally {
      this.#underWay.delete(id)
    }
  }

  async #send(writes: readonly StreamWrite[]): ReturnType<EventStore['append']> {
    const faults = this.#faults
    const fault = faults.appendFault()
    await faults.appendTransit()
    if (fault === 'refused') throw unavailable('none')
    if (fault === 'request lost') throw unavailable('unknown')
    if (fault === 'request late') {
      faults.arriveLate(() => this.#line.append(writes))
      throw unavailable('unknown')
    }
    const [result] = await Promise.allSettled([this.#line.append(writes)])
    await faults.appendTransit()
    if (fault === 'answer lost') throw unavailable('unknown')
    if (result.status === 'rejected') throw result.reason
    return result.value
  }

  readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    return this.#read(() => this.#store.readStream(stream, options))
  }

  readAll(options: ReadAllOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    return this.#read(() => this.#store.readAll(options))
  }

  /** Read somewhere on the way: what arrives may be old already. */
  async *#read(
    begin: () => AsyncIterable<readonly RecordedEvent[]>,
  ): AsyncGenerator<readonly RecordedEvent[], void, void> {
    await this.#faults.transit()
    if (this.#faults.readFails()) throw unavailable('none')
    const batches: (readonly RecordedEvent[])[] = []
    for await (const batch of begin()) batches.push(batch)
    await this.#faults.transit()
    yield* batches
  }

  async *subscribe(options: SubscribeOptions = {}): AsyncGenerator<SubscriptionBatch, void, void> {
    for await (const batch of this.#store.subscribe(options))
      for (const part of this.#faults.splitsBatch() ? splitByAppend(batch) : [batch]) {
        await this.#faults.lag()
        options.signal?.throwIfAborted()
        if (this.#faults.subscriptionBreaks()) throw unavailable('none')
        yield part
      }
  }

  async head(): Promise<number> {
    await this.#faults.transit()
    if (this.#faults.readFails()) throw unavailable('none')
    const head = await this.#store.head()
    await this.#faults.transit()
    return head
  }

  close(): Promise<void> {
    this.#isClosed = true
    return this.#store.close()
  }
}

/** The same events in as many batches as there were appends. */
function splitByAppend({ events, position, caughtUp }: SubscriptionBatch): readonly SubscriptionBatch[] {
  const starts = events.flatMap((event, at) => (event.metadata['index'] === 0 ? [at] : []))
  if (starts.length < 2) return [{ events, position, caughtUp }]
  return starts.map((start, at) => {
    const part = events.slice(start, starts[at + 1])
    const isLast = at === starts.length - 1
    return {
      events: part,
      position: isLast ? position : (part.at(-1)?.position ?? position),
      caughtUp: isLast && caughtUp,
    }
  })
}
