import {
  type AppendResult,
  checkWrites,
  type EventStore,
  type ExpectedRevision,
  isMicroError,
  memoryEventStore,
  MicroError,
  type RecordedEvent,
  type StreamWrite,
  type SubscriptionBatch,
} from '@micro/core'
import type { EventStoreHarness } from '../src/event-store/index.ts'
import { changedEventStore } from './changed-event-store.ts'
import { gappedEventStore } from './gapped-event-store.ts'

/** A memory event store with one fault, and the checks that find it: these and no others. */
export interface BrokenStore {
  readonly create: () => Promise<EventStoreHarness>
  /** Titles, or their beginnings, of the checks that must fail. */
  readonly failing: readonly string[]
}

const RANDOM_PROGRAMS =
  'ES-EXPECTED, ES-REPEAT, ES-DUPLICATE, ES-READ-STREAM, ES-READ-ALL, ES-FILTER, ES-SUBSCRIBE-HANDOVER: [1] random programs'

/** Each fault was seen in some real adapter, or is the simplest form of one. */
export const BROKEN_STORES: Readonly<Record<string, BrokenStore>> = {
  'a lost update: the expectation is checked before the write and not in it': {
    create: broken((store) => ({ append: (writes) => appendCheckedTooEarly(store, writes) })),
    failing: [
      'ES-NO-LOST-UPDATE, ES-REVISIONS: [6] writers at one exact revision never overwrite each other',
      'ES-NO-LOST-UPDATE: of two appends of one new stream one succeeds',
      'ES-CLOSE: begun appends finish',
    ],
  },
  'an ignored no-stream': {
    create: broken((store) => ({
      append: async (writes) => {
        const eased = writes.map((write) => (isNew(write) ? { ...write, expected: 'any' as const } : write))
        return store
          .append(writes)
          .catch(
            onConflict((error) => (error.details?.streams?.every(isNew) === true ? store.append(eased) : raise(error))),
          )
      },
    })),
    failing: [
      'ES-APPEND-ATOMIC: [5] a failing last event leaves nothing of the others',
      'ES-EXPECTED, ES-CONFLICT: [2] every expectation, with events',
      'ES-GUARD-ONLY, ES-CONFLICT: [2] every expectation, as a guard alone',
      'ES-GUARD, ES-CONFLICT: [2] every expectation, as a guard beside events',
      'ES-NO-LOST-UPDATE, ES-REVISIONS: [6] writers at one exact revision never overwrite each other',
      'ES-NO-LOST-UPDATE: of two appends of one new stream one succeeds',
      RANDOM_PROGRAMS,
    ],
  },
  'a gap passed: positions are given outside the transaction that shows the events': {
    create: gappedEventStore({ isPassed: true }),
    failing: ['ES-ORDER: [8] no reader passes a writer that stalls, and none skips it afterwards'],
  },
  'a position gap, shown late: a position is seen before a lower one': {
    create: broken(hideUntilAcknowledged),
    failing: ['ES-ORDER, ES-POSITIONS: [7] all readers see the same order while many write'],
  },
  'an append split by a subscription': {
    create: broken((store) => ({ subscribe: (options) => map(store.subscribe(options), splitBatch) })),
    failing: [RANDOM_PROGRAMS, 'ES-BATCH-WHOLE: batches of a subscription hold whole appends'],
  },
  'an append split by maxCount': {
    create: broken((store) => ({
      readAll: (options) => takeEvents(store.readAll(options), options?.maxCount ?? Infinity),
    })),
    failing: [RANDOM_PROGRAMS, 'ES-READ-MAX: reading ends with the append in which maxCount is reached'],
  },
  'half an append': {
    create: broken((store) => ({
      append: async (writes) =>
        store.append(writes).catch(
          onConflict(async (error) => {
            const conflicting = error.details?.streams?.map(({ stream }) => stream)
            const rest = writes.filter(({ stream }) => conflicting?.includes(stream) !== true)
            if (rest.length > 0) await store.append(rest)
            return raise(error)
          }),
        ),
    })),
    failing: [
      'ES-APPEND-ATOMIC: [5] a failing last event leaves nothing of the others',
      'ES-GUARD, ES-CONFLICT: [2] every expectation, as a guard beside events',
      RANDOM_PROGRAMS,
    ],
  },
  'an event doubled at the hand-over': {
    create: broken((store) => ({ subscribe: (options) => doubleAtHandOver(store.subscribe(options)) })),
    failing: [
      RANDOM_PROGRAMS,
      'ES-SUBSCRIBE-HANDOVER, ES-HANDLES: [9] subscriptions begun at random moments of one load miss and double nothing',
      'ES-SUBSCRIBE-POSITION: positions go forward and tell what was passed',
      'ES-FILTER: a filtered subscription gets the events that match, from history and live',
      'ES-BATCH-WHOLE: batches of a subscription hold whole appends',
    ],
  },
  'an event missed at the hand-over': {
    create: broken((store) => ({ subscribe: (options) => missAtHandOver(store.subscribe(options)) })),
    failing: [
      'ES-ORDER, ES-POSITIONS: [7] all readers see the same order while many write',
      RANDOM_PROGRAMS,
      'ES-SUBSCRIBE-HANDOVER, ES-HANDLES: [9] subscriptions begun at random moments of one load miss and double nothing',
      'ES-SUBSCRIBE-POSITION: positions go forward and tell what was passed',
      'ES-FILTER: a filtered subscription gets the events that match, from history and live',
      'ES-SUBSCRIBE-SLOW, ES-SUBSCRIBE-POSITION: a consumer that is far behind gets everything in bounded batches',
    ],
  },
  'a swallowed append error': {
    create: broken((store) => ({
      append: async (writes) =>
        store
          .append(writes)
          .catch(onConflict(async (error) => (hasEvents(writes) ? guess(store, writes) : raise(error)))),
    })),
    failing: [
      'ES-APPEND-ATOMIC: [5] a failing last event leaves nothing of the others',
      'ES-EXPECTED, ES-CONFLICT: [2] every expectation, with events',
      'ES-GUARD, ES-CONFLICT: [2] every expectation, as a guard beside events',
      'ES-NO-LOST-UPDATE, ES-REVISIONS: [6] writers at one exact revision never overwrite each other',
      'ES-NO-LOST-UPDATE: of two appends of one new stream one succeeds',
      RANDOM_PROGRAMS,
    ],
  },
  'an unchecked guard beside events': {
    create: broken((store) => ({
      append: async (writes) =>
        store.append(
          hasEvents(writes)
            ? writes.map((write) => (hasEvents([write]) ? write : { ...write, expected: 'any' as const }))
            : writes,
        ),
    })),
    failing: ['ES-GUARD, ES-CONFLICT: [2] every expectation, as a guard beside events', RANDOM_PROGRAMS],
  },
  'an unchecked guard alone': {
    create: broken((store) => ({
      append: async (writes) =>
        store
          .append(writes)
          .catch(onConflict(async (error) => (hasEvents(writes) ? raise(error) : guess(store, writes)))),
    })),
    failing: [
      'ES-GUARD-ONLY, ES-CONFLICT: [2] every expectation, as a guard alone',
      'ES-CONFLICT: names every stream whose expectation does not hold',
      'ES-GUARD-ONLY: is answered from a read begun after it was asked',
      RANDOM_PROGRAMS,
    ],
  },
  'a conflict that tells the first stream alone': {
    create: broken((store) => ({
      append: async (writes) =>
        store.append(writes).catch(
          onConflict((error) => {
            const streams = error.details?.streams?.slice(0, 1) ?? []
            throw new MicroError('MICRO_CONFLICT', error.message, { details: { streams } })
          }),
        ),
    })),
    failing: ['ES-CONFLICT: names every stream whose expectation does not hold'],
  },
  'an acknowledgement before the write': {
    create: () => broken(acknowledgeEarly())(),
    failing: [
      'ES-CLOSE: begun appends finish',
      'ES-DUPLICATE: [4] a stored id under another expectation is refused, where ids are unique',
      'ES-ORDER, ES-POSITIONS: [7] all readers see the same order while many write',
      'ES-ORDER: [8] no reader passes a writer that stalls, and none skips it afterwards',
      'ES-ORDER: [8] a writer that dies while it stalls holds nobody up',
      RANDOM_PROGRAMS,
    ],
  },
  'everything in one batch': {
    create: broken((store) => ({ readAll: (options) => inOne(store.readAll(options)) })),
    failing: [
      'ES-SUBSCRIBE-SLOW, ES-SUBSCRIBE-POSITION: a consumer that is far behind gets everything in bounded batches',
      'ES-ABORT: an iteration that is aborted between two batches rejects with the reason',
    ],
  },
  'a head that lags behind': {
    create: broken((store) => ({ head: async (options) => Math.max(0, (await store.head(options)) - 1) })),
    failing: [
      'ES-APPEND-READABLE: an acknowledged append is there in every kind of read',
      'ES-EXPECTED, ES-CONFLICT: [2] every expectation, with events',
      'ES-GUARD-ONLY, ES-CONFLICT: [2] every expectation, as a guard alone',
      'ES-GUARD, ES-CONFLICT: [2] every expectation, as a guard beside events',
      'ES-GUARD-ONLY: is answered from a read begun after it was asked',
      'ES-ORDER: [8] no reader passes a writer that stalls, and none skips it afterwards',
      'ES-ORDER: [8] a writer that dies while it stalls holds nobody up',
      RANDOM_PROGRAMS,
      'ES-HEAD: a subscription begun now passes the head',
    ],
  },
  'a from that is exclusive': {
    create: broken((store) => ({
      readStream: (stream, options) =>
        store.readStream(
          stream,
          options?.from === undefined || options.direction === 'backwards'
            ? options
            : { ...options, from: options.from + 1 },
        ),
    })),
    failing: [RANDOM_PROGRAMS, 'ES-READ-STREAM: from is inclusive, maxCount exact, in both directions'],
  },
  'a prefix that ignores case': {
    create: broken((store) => ({
      readAll: (options) => {
        const prefixes = options?.filter?.streamPrefixes
        if (prefixes === undefined) return store.readAll(options)
        const variants = prefixes.flatMap((prefix) => [prefix, prefix[0]?.toUpperCase() + prefix.slice(1)])
        return store.readAll({ ...options, filter: { ...options?.filter, streamPrefixes: variants } })
      },
    })),
    failing: ['ES-FILTER: filters by type, by prefix and by both', 'ES-STREAM-NAMES: tells alike names apart'],
  },
  'another id at each opening': {
    create: broken(() => ({ id: String(Math.random()) })),
    failing: ['ES-HANDLES, ES-ID: two handles share one log and close apart'],
  },
  'numbers and keys that do not come back': {
    create: broken((store) => ({
      readStream: (stream, options) =>
        map(store.readStream(stream, options), (batch) => [
          batch.map((event) => ({ ...event, data: Object.fromEntries(Object.entries(event.data).toReversed()) })),
        ]),
    })),
    failing: [
      'ES-ROUND-TRIP: [10] data and metadata of all kinds come back as the same text',
      'ES-SYSTEM-FIELDS: [11] data and metadata do not overwrite what the store says',
      'ES-SEALED: readers cannot change what others read',
    ],
  },
  'a guard answered from a cache': {
    create: broken(guardFromCache),
    failing: ['ES-GUARD-ONLY: is answered from a read begun after it was asked'],
  },
  'a live row': {
    create: broken((store) => {
      const live = new Map<string, RecordedEvent>()
      const thaw = (event: RecordedEvent): RecordedEvent => {
        if (!live.has(event.id)) live.set(event.id, structuredClone(event))
        return live.get(event.id) as RecordedEvent
      }
      return { readStream: (stream, options) => map(store.readStream(stream, options), (batch) => [batch.map(thaw)]) }
    }),
    failing: ['ES-SEALED: readers cannot change what others read'],
  },
  'an ignored signal': {
    create: broken((store) => ({ readAll: (options) => store.readAll({ ...options, signal: undefined }) })),
    failing: [
      'ES-ABORT: readAll with an aborted signal rejects with its reason',
      'ES-ABORT: readAll backwards with an aborted signal rejects with its reason',
      'ES-ABORT: an iteration that is aborted between two batches rejects with the reason',
    ],
  },
  'metadata spread over the event': {
    create: broken((store) => ({
      readAll: (options) =>
        map(store.readAll(options), (batch) => [
          batch.map((event) => ({
            ...event,
            ...(event.metadata as { stream?: string }),
            data: event.data,
            metadata: event.metadata,
          })),
        ]),
    })),
    failing: ['ES-SYSTEM-FIELDS: [11] data and metadata do not overwrite what the store says'],
  },
  'ids forgotten after a while': {
    create: broken((store) => {
      let appends = 0
      const forgotten = new Map<string, number>()
      return {
        append: async (writes) => {
          const result = await store.append(writes)
          const [first] = writes.flatMap(({ events = [] }) => events)
          if (first === undefined) return result
          const known = forgotten.get(first.id)
          if (known === undefined) forgotten.set(first.id, appends++)
          else if (appends - known > 2) throw new MicroError('MICRO_CONFLICT', 'The revision is gone.')
          return result
        },
      }
    }),
    failing: [RANDOM_PROGRAMS, 'ES-REPEAT: [3] [4] the same append again has the first result, for ever'],
  },
  'an inclusive after': {
    create: broken((store) => ({
      readAll: (options) => store.readAll({ ...options, after: Math.max(0, (options?.after ?? 0) - 1) || undefined }),
    })),
    failing: [
      'ES-APPEND-READABLE: an acknowledged append is there in every kind of read',
      RANDOM_PROGRAMS,
      'ES-READ-ALL: after is exclusive, in both directions',
    ],
  },
  'a subscription that outlives its store': {
    create: broken((store) => ({
      subscribe: (options) => map(store.subscribe(options), (batch) => [batch], forEver),
    })),
    failing: ['ES-CLOSE: close ends subscriptions by returning, waiting and lagging ones'],
  },
}

function broken(change: (store: EventStore) => Partial<EventStore>): () => Promise<EventStoreHarness> {
  return async () => {
    const provider = changedEventStore(memoryEventStore(), change)
    return { provider, reopen: async () => provider }
  }
}

async function* map<From, To>(
  source: AsyncIterable<From>,
  change: (value: From) => readonly To[],
  afterwards: () => Promise<void> = () => Promise.resolve(),
): AsyncGenerator<To> {
  for await (const value of source) yield* change(value)
  await afterwards()
}

function forEver(): Promise<never> {
  return new Promise(() => undefined)
}

function isNew({ expected }: { readonly expected: ExpectedRevision }): boolean {
  return expected === 'no-stream'
}

function hasEvents(writes: readonly StreamWrite[]): boolean {
  return writes.some(({ events = [] }) => events.length > 0)
}

function raise(error: unknown): never {
  throw error
}

function onConflict<Result>(
  handle: (error: MicroError<'MICRO_CONFLICT'>) => Result | Promise<Result>,
): (error: unknown) => Promise<Result> {
  return async (error) => (isMicroError(error, 'MICRO_CONFLICT') ? handle(error) : raise(error))
}

async function revisionOf(store: EventStore, stream: string): Promise<number | 'no-stream'> {
  for await (const [last] of store.readStream(stream, { direction: 'backwards', maxCount: 1 }))
    return last?.revision ?? 'no-stream'
  return 'no-stream'
}

/**
 * Answers first and writes in the same turn, when what the caller did at once with the answer is done, or before the next
 * question: lost is only what is closed before that. Nothing here depends on time.
 */
function acknowledgeEarly(): (store: EventStore) => Partial<EventStore> {
  let unwritten: (() => Promise<unknown>) | undefined
  const write = async (): Promise<void> => {
    const task = unwritten
    unwritten = undefined
    await task?.()
  }
  return (store) => ({
    append: async (writes) => {
      await write()
      const isBlind = writes.every(({ expected, events = [] }) => expected === 'any' && events.length > 0)
      if (!isBlind) return store.append(writes)
      checkWrites(writes)
      const result = await soon(store, writes)
      const task = (): Promise<unknown> => store.append(writes).catch(() => 'nobody hears of it')
      unwritten = task
      void later().then(() => (unwritten === task ? write() : undefined))
      return result
    },
    readStream: (stream, options) => after(write, () => store.readStream(stream, options)),
    readAll: (options) => after(write, () => store.readAll(options)),
    subscribe: (options) => after(write, () => store.subscribe(options)),
    head: async (options) => {
      await write()
      return store.head(options)
    },
    close: () => {
      unwritten = undefined
      return store.close()
    },
  })
}

/** What the append will answer if nothing comes between. */
async function soon(store: EventStore, writes: readonly StreamWrite[]): Promise<AppendResult> {
  const counts = writes.map(({ events = [] }) => events.length)
  const revisions = writes.map(async ({ stream }, index) => {
    const last = await revisionOf(store, stream)
    return (typeof last === 'number' ? last : -1) + (counts[index] ?? 0)
  })
  const position = (await store.head()) + counts.reduce((sum, count) => sum + count, 0)
  return { position, revisions: await Promise.all(revisions) }
}

async function later(): Promise<void> {
  for (let step = 0; step < 50; step++) await Promise.resolve()
}

async function* after<Batch>(
  first: () => Promise<void>,
  source: () => AsyncIterable<Batch>,
): AsyncGenerator<Batch, undefined> {
  await first()
  yield* source()
  return undefined
}

async function guess(store: EventStore, writes: readonly StreamWrite[]): Promise<AppendResult> {
  return {
    position: await store.head(),
    revisions: await Promise.all(writes.map(({ stream }) => revisionOf(store, stream))),
  }
}

async function appendCheckedTooEarly(store: EventStore, writes: readonly StreamWrite[]): Promise<AppendResult> {
  for (const { stream, expected } of writes) {
    if (expected === 'any' || expected === 'stream-exists') continue
    if ((await revisionOf(store, stream)) !== expected) return store.append(writes)
  }
  const unchecked = writes.map((write) =>
    write.expected === 'stream-exists' ? write : { ...write, expected: 'any' as const },
  )
  return store.append(unchecked).catch((error: unknown) => {
    if (isMicroError(error, 'MICRO_DUPLICATE')) return store.append(writes)
    throw error
  })
}

/** Positions are given before the events are visible, and readers do not wait for them. */
function hideUntilAcknowledged(store: EventStore): Partial<EventStore> {
  const hidden = new Set<string>()
  let appends = 0
  return {
    append: async (writes) => {
      const ids = hasEvents(writes) ? writes.flatMap(({ events = [] }) => events.map(({ id }) => id)) : []
      const result = await store.append(writes)
      if (appends++ % 2 === 0) {
        ids.forEach((id) => hidden.add(id))
        await new Promise(setImmediate)
        ids.forEach((id) => hidden.delete(id))
      }
      return result
    },
    readAll: (options) => map(store.readAll(options), (batch) => [batch.filter(({ id }) => !hidden.has(id))]),
  }
}

function splitBatch({ events, position, caughtUp }: SubscriptionBatch): readonly SubscriptionBatch[] {
  if (events.length < 2) return [{ events, position, caughtUp }]
  return events.map((event, index) => {
    const isLast = index === events.length - 1
    return { events: [event], position: isLast ? position : event.position, caughtUp: caughtUp && isLast }
  })
}

async function* takeEvents(
  source: AsyncIterable<readonly RecordedEvent[]>,
  maxCount: number,
): AsyncGenerator<readonly RecordedEvent[]> {
  let left = maxCount
  for await (const batch of source) {
    yield batch.slice(0, left)
    left -= batch.length
    if (left <= 0) return
  }
}

async function* doubleAtHandOver(source: AsyncIterable<SubscriptionBatch>): AsyncGenerator<SubscriptionBatch> {
  let last: RecordedEvent | undefined
  let isLive = false
  for await (const batch of source) {
    const events = isLive && last !== undefined && batch.events.length > 0 ? [last, ...batch.events] : batch.events
    if (batch.events.length > 0 && isLive) last = undefined
    if (!isLive) last = batch.events.at(-1) ?? last
    yield { ...batch, events }
    isLive ||= batch.caughtUp
  }
}

async function* missAtHandOver(source: AsyncIterable<SubscriptionBatch>): AsyncGenerator<SubscriptionBatch> {
  let isLive = false
  let isMissed = false
  for await (const batch of source) {
    // Only where several events came at once: one alone would be waited for.
    const misses = isLive && !isMissed && batch.events.length > 1
    if (misses) isMissed = true
    yield misses ? { ...batch, events: batch.events.slice(1) } : batch
    isLive ||= batch.caughtUp
  }
}

async function* inOne(source: AsyncIterable<readonly RecordedEvent[]>): AsyncGenerator<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for await (const batch of source) events.push(...batch)
  if (events.length > 0) yield events
}

function guardFromCache(store: EventStore): Partial<EventStore> {
  const known = new Map<string, { readonly result: AppendResult }>()
  return {
    append: async (writes) => {
      const result = await store.append(writes).catch((error: unknown) => {
        const cached = hasEvents(writes) ? undefined : known.get(JSON.stringify(writes))
        return cached?.result ?? raise(error)
      })
      if (!hasEvents(writes)) known.set(JSON.stringify(writes), { result })
      return result
    },
  }
}
