import {
  type AppendResult,
  checkReadAll,
  checkReadStream,
  checkSubscribe,
  type EventStore,
  type IoOptions,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type StreamWrite,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '@micro/core'
import { closedError } from './database.ts'
import type { EventLog } from './event-log.ts'
import { prepareAppend } from './prepared-write.ts'
import { LogReader } from './read-events.ts'
import { StreamReader } from './read-stream.ts'
import type { Lease } from './shared-database.ts'
import { Subscription, type SubscriptionOwner } from './subscription.ts'

/** One handle of the log in a file. */
export class SqliteEventStore implements EventStore, SubscriptionOwner {
  readonly id: string
  readonly log: EventLog
  readonly #lease: Lease
  readonly #appends = new Set<Promise<unknown>>()
  #closing: Promise<void> | undefined

  constructor(lease: Lease) {
    this.id = lease.database.storeId
    this.log = lease.log
    this.#lease = lease
  }

  get isClosed(): boolean {
    return this.#closing !== undefined
  }

  // Async, so that every error is a rejection; up to the queue it runs in the caller's turn.
  async append(writes: readonly StreamWrite[]): Promise<AppendResult> {
    const append = prepareAppend(writes)
    this.assertOpen()
    const result = this.log.append(append)
    this.#appends.add(result)
    try {
      return await result
    } finally {
      this.#appends.delete(result)
    }
  }

  readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    checkReadStream(stream, options)
    return this.#readStream(stream, options)
  }

  async *#readStream(stream: string, options: ReadStreamOptions): AsyncGenerator<readonly RecordedEvent[], void> {
    const { from, maxCount = Infinity, direction = 'forwards', signal } = options
    const reader = new StreamReader(this.log, stream, direction, from)
    for (let missing = maxCount; missing > 0;) {
      const events = await this.#read(() => reader.next(missing), signal)
      if (events.length === 0) return
      missing -= events.length
      yield events
      signal?.throwIfAborted()
    }
  }

  readAll(options: ReadAllOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    checkReadAll(options)
    return this.#readAll(options)
  }

  async *#readAll(options: ReadAllOptions): AsyncGenerator<readonly RecordedEvent[], void> {
    const { after, filter, maxCount = Infinity, direction = 'forwards', signal } = options
    const reader = new LogReader(this.log, filter)
    let position = after ?? (direction === 'forwards' ? 0 : Infinity)
    let missing = maxCount
    let isLast = false
    while (missing > 0 && !isLast) {
      const batch = await this.#read(
        () => (direction === 'forwards' ? reader.forwards(position, missing) : reader.backwards(position, missing)),
        signal,
      )
      position = batch.position
      isLast = batch.isLast
      missing -= batch.events.length
      if (batch.events.length > 0) yield batch.events
      signal?.throwIfAborted()
    }
  }

  subscribe(options: SubscribeOptions = {}): AsyncIterable<SubscriptionBatch> {
    checkSubscribe(options)
    return { [Symbol.asyncIterator]: () => new Subscription(this, options) }
  }

  async head({ signal }: IoOptions = {}): Promise<Position> {
    return await this.#read(() => this.log.head(), signal)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    // Subscriptions see that this handle is closed and return.
    await Promise.resolve()
    this.log.database.watch.wake()
    await Promise.allSettled(this.#appends)
    await this.#lease.release()
  }

  async #read<Result>(action: () => Result, signal: AbortSignal | undefined): Promise<Result> {
    signal?.throwIfAborted()
    this.assertOpen()
    const result = await this.log.database.read(action)
    signal?.throwIfAborted()
    return result
  }

  /** @throws MicroError `MICRO_UNAVAILABLE` */
  assertOpen(): void {
    if (this.isClosed) throw closedError(this.log.database.file)
  }
}
