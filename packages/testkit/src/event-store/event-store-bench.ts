import assert from 'node:assert/strict'
import type {
  EventStore,
  EventStoreCapabilities,
  EventStoreProvider,
  Host,
  NewEvent,
  RecordedEvent,
  StreamWrite,
  SubscribeOptions,
  SubscriptionBatch,
} from '@micro/core'
import type { CheckScope } from '../conformance/checks.ts'
import { conformanceHost } from '../conformance/conformance-host.ts'
import { turn } from '../conformance/turns.ts'
import type { SeededRandom } from '../conformance/seeded-random.ts'
import { scaledBy } from '../scale.ts'

/** A fresh, empty log that nobody else uses. */
export interface EventStoreHarness {
  readonly provider: EventStoreProvider
  /** Gives the same log as a restarted process would open it; everything opened before has been closed. */
  readonly reopen?: (() => Promise<EventStoreProvider>) | undefined
  /**
   * Begins an append through a writer of its own and stops it where its events have their positions and nobody may see
   * them yet: inside its transaction, for example. Not to be given where an append is one turn of the process; the suite
   * then asks for proof of that.
   */
  readonly stallAppend?: ((writes: readonly StreamWrite[]) => Promise<StalledAppend>) | undefined
  /** Removes the log; everything that the suite opened has been closed. */
  readonly cleanUp?: (() => Promise<void>) | undefined
}

/** An append that stands still between its positions and its being seen. */
export interface StalledAppend {
  /** Lets it go on; resolves when it is acknowledged. */
  readonly release: () => Promise<unknown>
  /** Ends its writer, as a crash would; resolves when it is gone. Its events are never seen. */
  readonly abandon: () => Promise<void>
}

/** One log under test. */
export interface BenchLog {
  readonly capabilities: EventStoreCapabilities
  /** A handle; it is closed after the check. */
  open(): Promise<EventStore>
  /** Closes all handles and opens the log as a restarted process would. */
  reopen(): Promise<EventStore>
  readonly stallAppend: EventStoreHarness['stallAppend']
}

export interface BenchOptions {
  readonly create: () => Promise<EventStoreHarness>
  readonly scale: number
  readonly random: SeededRandom
  readonly patienceMs: number
}

/** What a check works with. */
export class EventStoreBench {
  readonly random: SeededRandom
  readonly patienceMs: number
  readonly host: Host = conformanceHost()
  readonly #scope: CheckScope
  readonly #options: BenchOptions
  #count = 0

  constructor(scope: CheckScope, options: BenchOptions) {
    this.#scope = scope
    this.#options = options
    this.random = options.random
    this.patienceMs = options.patienceMs
  }

  /** How often a heavy check does its work: `full` at scale 1. */
  scaled(full: number, least = 5): number {
    return scaledBy(this.#options.scale, full, least)
  }

  async log(): Promise<BenchLog> {
    const { provider, reopen, cleanUp, stallAppend, ...unknown } = await this.#options.create()
    const keys = Object.keys(unknown)
    if (keys.length > 0) throw new TypeError(`create: unknown option "${keys.join('", "')}"`)
    if (cleanUp !== undefined) this.#scope.defer(cleanUp)
    const opened: EventStore[] = []
    let current = provider
    const closeAll = async (): Promise<void> => {
      await Promise.all(opened.splice(0).map((store) => store.close()))
    }
    this.#scope.defer(closeAll)
    const open = async (): Promise<EventStore> => {
      const store = await current.open(this.host)
      opened.push(store)
      return store
    }
    const again = async (): Promise<EventStore> => {
      if (reopen === undefined) throw new TypeError('create: a durable store needs reopen, to show what survives')
      await closeAll()
      current = await reopen()
      return open()
    }
    return { capabilities: provider.capabilities, open, reopen: again, stallAppend }
  }

  /** A handle on a fresh log. */
  async store(): Promise<EventStore> {
    return (await this.log()).open()
  }

  /** An event that is not recorded yet, sealed as core seals what it hands to a store. */
  event(given: Partial<NewEvent> = {}): NewEvent {
    return sealed({
      id: this.host.runtime.newId(),
      type: 'thing happened',
      data: { count: this.#count++ },
      time: '2024-05-06T07:08:09.123Z',
      metadata: {},
      ...given,
    })
  }

  events(count: number, given: Partial<NewEvent> = {}): readonly NewEvent[] {
    return Array.from({ length: count }, () => this.event(given))
  }

  /** Follows a subscription until the check ends. */
  follow(store: EventStore, options: SubscribeOptions = {}): Follower {
    const ended = new AbortController()
    this.#scope.defer(() => ended.abort(new Error('The check has ended')))
    const signal = options.signal === undefined ? ended.signal : AbortSignal.any([options.signal, ended.signal])
    const iterator = store.subscribe({ ...options, signal })[Symbol.asyncIterator]()
    return new Follower(iterator)
  }
}

/** A subscription as a check reads it. */
export class Follower {
  readonly batches: SubscriptionBatch[] = []
  readonly #iterator: AsyncIterator<SubscriptionBatch>

  constructor(iterator: AsyncIterator<SubscriptionBatch>) {
    this.#iterator = iterator
  }

  get events(): readonly RecordedEvent[] {
    return this.batches.flatMap(({ events }) => events)
  }

  /** The next batch, or `undefined` when the subscription has ended by returning. */
  async next(): Promise<SubscriptionBatch | undefined> {
    const { value, done } = await this.#iterator.next()
    if (done === true) return undefined
    this.batches.push(value)
    return value
  }

  /** Reads on until the event with this id was delivered. */
  async untilEvent(id: string): Promise<readonly RecordedEvent[]> {
    return this.until(({ events }) => events.some((event) => event.id === id))
  }

  async until(isLast: (batch: SubscriptionBatch) => boolean): Promise<readonly RecordedEvent[]> {
    for (;;) {
      const batch = await this.next()
      if (this.batches.length % 100 === 0) await turn()
      assert.ok(batch, 'the subscription ended by itself')
      if (isLast(batch)) return this.events
    }
  }
}

/** Deep-freezes in place: a store may keep what it is given and must not change it. */
export function sealed<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(sealed)
  }
  return value
}

export async function batchesOf<Batch>(reading: AsyncIterable<Batch>): Promise<Batch[]> {
  const batches: Batch[] = []
  for await (const batch of reading) batches.push(batch)
  return batches
}

export async function eventsOf(reading: AsyncIterable<readonly RecordedEvent[]>): Promise<readonly RecordedEvent[]> {
  return (await batchesOf(reading)).flat()
}

export function idsOf(events: readonly { readonly id: string }[]): readonly string[] {
  return events.map(({ id }) => id)
}
