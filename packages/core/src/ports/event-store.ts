import type { JsonObject } from '../values/json.ts'
import type { IoOptions, Provider } from './provider.ts'

/**
 * Place of an event in the whole store: a safe integer ≥ 1, strictly increasing, not always contiguous. 0 is before the
 * first event, and the head of an empty store.
 */
export type Position = number

/** What a stream must look like for an append to succeed: its last event's revision, or one of these states. */
export type ExpectedRevision = number | 'no-stream' | 'stream-exists' | 'any'

/** Revision of a stream's last event (0-based, contiguous), or that there is none. */
export type StreamRevision = number | 'no-stream'

/** An event that is not recorded yet. */
export interface NewEvent {
  /** UUID in lower case, unique in the store; the same id is the same event for ever. */
  readonly id: string
  readonly type: string
  readonly data: JsonObject
  /** When it happened, ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
  readonly time: string
  readonly metadata: JsonObject
}

/** An event as the log holds it. Frozen, or the reader's own copy. */
export interface RecordedEvent extends NewEvent {
  readonly stream: string
  readonly revision: number
  readonly position: Position
}

/** Events for one stream, or, without events, a guard: the expectation must hold, nothing is written. */
export interface StreamWrite {
  /** 1–200 printable characters. */
  readonly stream: string
  readonly expected: ExpectedRevision
  /** @default [] which makes this write a guard */
  readonly events?: readonly NewEvent[] | undefined
}

export interface AppendResult {
  /** Position of the append's last event; of a guard-only append, the head of the read that answered it. */
  readonly position: Position
  /** Revision of each stream afterwards, in the order of the writes. */
  readonly revisions: readonly StreamRevision[]
}

export type Direction = 'forwards' | 'backwards'

export interface ReadStreamOptions extends IoOptions {
  /** First revision to read, inclusive. @default the first event, or the last when reading backwards */
  readonly from?: number | undefined
  /** At most so many events. @default all */
  readonly maxCount?: number | undefined
  /** @default 'forwards' */
  readonly direction?: Direction | undefined
}

/** Only events of these types, and only of streams that begin with one of these prefixes. An empty list lets nothing pass. */
export interface EventFilter {
  readonly types?: readonly string[] | undefined
  readonly streamPrefixes?: readonly string[] | undefined
}

export interface ReadAllOptions extends IoOptions {
  /** Position before the first event to read, exclusive; backwards: after it. @default 0, or the end when backwards */
  readonly after?: Position | undefined
  readonly filter?: EventFilter | undefined
  /** Reading ends with the append in which this many (filtered) events are reached: appends are never split. @default all */
  readonly maxCount?: number | undefined
  /** @default 'forwards' */
  readonly direction?: Direction | undefined
}

export interface SubscribeOptions extends IoOptions {
  /** Position before the first event wanted, exclusive. @default 0 */
  readonly after?: Position | undefined
  readonly filter?: EventFilter | undefined
}

/** One step of a subscription. Batches, not single events, so that a replay costs no promise per event. */
export interface SubscriptionBatch {
  /** Whole appends in position order; may be empty when only `position` or `caughtUp` is news. */
  readonly events: readonly RecordedEvent[]
  /** Everything up to here has been delivered or filtered out. */
  readonly position: Position
  /** Whether this batch reached the end of the log as it stood when the batch was read. */
  readonly caughtUp: boolean
}

/**
 * The event log. Every promise has an id that a conformance check in `@micro/testkit` names.
 *
 * Order and visibility: no reader ever passes a position that may still appear; no reader is given an event that may
 * still vanish. On a closed handle every method but `close` rejects with `MICRO_UNAVAILABLE`, outcome `none`.
 */
export interface EventStore {
  /** Persistent identity of this log; a log restored from a backup has a new one. */
  readonly id: string

  /**
   * Writes all events of all writes, or none. Acknowledged means durable as `capabilities.durable` says, and readable.
   *
   * The same append again (all its ids, the same expectations, exact or `no-stream`, of the written streams) succeeds with
   * the first result, for ever; its guards are not asked again. Where `capabilities.uniqueEventIds`, any other append that
   * holds a stored id is refused as `MICRO_DUPLICATE`. A guard-only append writes nothing and is answered from a durable
   * read begun after it was asked, never from a cache.
   *
   * Takes no signal: an append that was begun is never abandoned.
   *
   * @throws MicroError `MICRO_CONFLICT` with each stream's actual revision; nothing was written
   * @throws MicroError `MICRO_DUPLICATE`; nothing was written
   * @throws MicroError `MICRO_NOT_SUPPORTED` for a written stream beside another one, written or guarded, without
   *   `capabilities.multiStream`; guards alone may be several
   * @throws MicroError `MICRO_UNAVAILABLE` or `MICRO_TIMEOUT` with outcome `unknown` when nobody can tell
   * @throws MicroError `MICRO_STORE_FULL`, `MICRO_TOO_LARGE`; nothing was written
   * @throws TypeError for the same id or stream twice, neither events nor guards, or malformed writes, before any I/O
   */
  append(writes: readonly StreamWrite[]): Promise<AppendResult>

  /** A stream's events in revision order. A missing stream is empty. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<readonly RecordedEvent[]>

  /** The whole log in position order; ends at the head as it stood when the end was read. No batch splits an append. */
  readAll(options?: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]>

  /**
   * The log from a position on, without end: history, then live, with no gap and no duplicate. The first batch comes at
   * once, empty if need be. Reconnects by itself; memory stays bounded under a slow consumer; no batch splits an append.
   * Ends with `signal.reason` thrown when aborted, and by returning when the store is closed.
   */
  subscribe(options?: SubscribeOptions): AsyncIterable<SubscriptionBatch>

  /** Asks the log itself (a replicated one: its leader) for its end: a subscription begun now will pass this position. */
  head(options?: IoOptions): Promise<Position>

  /** Ends subscriptions, lets begun appends finish, frees what `open` took. Idempotent. */
  close(): Promise<void>
}

export interface EventStoreCapabilities {
  /** Whether one append may write to several streams. */
  readonly multiStream: boolean
  /** Whether the store itself refuses an event id that it already holds. */
  readonly uniqueEventIds: boolean
  /** What an acknowledged append survives. */
  readonly durable: 'memory' | 'process crash' | 'power loss' | 'replicated'
}

export type EventStoreProvider = Provider<EventStore, EventStoreCapabilities>
