import { checkReadAll, checkReadStream, checkSubscribe } from '../append/check-reads.ts'
import { checkWrites } from '../append/check-writes.ts'
import { compileFilter } from '../append/event-filter.ts'
import { MicroError } from '../errors/micro-error.ts'
import type {
  AppendResult,
  EventStore,
  EventStoreProvider,
  Position,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  StreamWrite,
  SubscribeOptions,
  SubscriptionBatch,
} from '../ports/event-store.ts'
import type { Host, IoOptions } from '../ports/provider.ts'
import { MemoryLog } from './memory-event-store-log.ts'
import { MemorySubscription } from './memory-event-store-subscription.ts'
import { checkObject } from '../values/shown.ts'

const STREAM_BATCH = 512

export interface MemoryEventStoreOptions {
  /** Whether an event id that is in the log already is refused. Off, it behaves like stores that cannot. @default true */
  readonly uniqueEventIds?: boolean | undefined
}

export const MEMORY_EVENT_STORE_DEFAULTS: { readonly uniqueEventIds: true } = Object.freeze({ uniqueEventIds: true })

/**
 * The reference event store: everything is in this process's memory and ends with it. The data belongs to the provider, so
 * services that are given the same one share a log.
 *
 * It keeps `data` and `metadata` as they are given: hand it what nobody changes any more.
 *
 * @example
 * createMicro({ name: 'bank', store: memoryEventStore() })
 */
export function memoryEventStore(options: MemoryEventStoreOptions = {}): EventStoreProvider {
  checkObject(options, 'memoryEventStore: options')
  const { uniqueEventIds = MEMORY_EVENT_STORE_DEFAULTS.uniqueEventIds } = options
  if (typeof uniqueEventIds !== 'boolean') throw new TypeError('memoryEventStore: uniqueEventIds must be a boolean')
  let log: MemoryLog | undefined
  return Object.freeze({
    kind: 'memory',
    capabilities: Object.freeze({ multiStream: true, uniqueEventIds, durable: 'memory' as const }),
    open: async ({ runtime }: Host) => new MemoryEventStore((log ??= new MemoryLog(runtime.newId(), uniqueEventIds))),
  }) satisfies EventStoreProvider
}

class MemoryEventStore implements EventStore {
  readonly #log: MemoryLog
  #isClosed = false

  constructor(log: MemoryLog) {
    this.#log = log
  }

  get id(): string {
    return this.#log.id
  }

  // Async without an await: decided and written in the caller's turn, and every error is a rejection.
  async append(writes: readonly StreamWrite[]): Promise<AppendResult> {
    checkWrites(writes)
    this.#assertOpen()
    return this.#log.append(writes)
  }

  readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    checkReadStream(stream, options)
    return options.direction === 'backwards'
      ? this.#streamBackwards(stream, options)
      : this.#streamForwards(stream, options)
  }

  async *#streamForwards(stream: string, options: ReadStreamOptions): AsyncGenerator<readonly RecordedEvent[]> {
    const { from = 0, maxCount = Infinity, signal } = options
    this.#assertOpen(signal)
    const recorded = this.#log.stream(stream)
    const end = Math.min(recorded.length, from + maxCount)
    for (let start = from; start < end; start += STREAM_BATCH) {
      yield recorded.slice(start, Math.min(start + STREAM_BATCH, end))
      this.#assertOpen(signal)
    }
  }

  async *#streamBackwards(stream: string, options: ReadStreamOptions): AsyncGenerator<readonly RecordedEvent[]> {
    const { from = Infinity, maxCount = Infinity, signal } = options
    this.#assertOpen(signal)
    const recorded = this.#log.stream(stream)
    const end = Math.min(recorded.length, from + 1)
    const start = Math.max(0, end - maxCount)
    for (let before = end; before > start; before -= STREAM_BATCH) {
      yield recorded.slice(Math.max(before - STREAM_BATCH, start), before).reverse()
      this.#assertOpen(signal)
    }
  }

  readAll(options: ReadAllOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    checkReadAll(options)
    return this.#readAll(options)
  }

  async *#readAll(options: ReadAllOptions): AsyncGenerator<readonly RecordedEvent[]> {
    const { after, filter, maxCount = Infinity, direction = 'forwards', signal } = options
    this.#assertOpen(signal)
    const passes = compileFilter(filter)
    const end = this.#log.length
    let place = direction === 'forwards' ? (after ?? 0) : Math.min(end, (after ?? Infinity) - 1)
    let wanted = maxCount
    while (wanted > 0 && (direction === 'forwards' ? place < end : place > 0)) {
      const { events, next } =
        direction === 'forwards'
          ? this.#log.forwards(place, end, passes, wanted)
          : this.#log.backwards(place, passes, wanted)
      place = next
      wanted -= events.length
      if (events.length > 0) yield events
      this.#assertOpen(signal)
    }
  }

  subscribe(options: SubscribeOptions = {}): AsyncIterable<SubscriptionBatch> {
    checkSubscribe(options)
    const closed = (): MicroError | undefined => (this.#isClosed ? closedError() : undefined)
    return { [Symbol.asyncIterator]: () => new MemorySubscription(this.#log, options, closed) }
  }

  async head({ signal }: IoOptions = {}): Promise<Position> {
    this.#assertOpen(signal)
    return this.#log.length
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#log.wake()
  }

  #assertOpen(signal?: AbortSignal): void {
    signal?.throwIfAborted()
    if (this.#isClosed) throw closedError()
  }
}

function closedError(): MicroError {
  return new MicroError('MICRO_UNAVAILABLE', 'The event store is closed.')
}
