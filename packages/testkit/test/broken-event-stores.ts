import {
  type AppendResult,
  type EventStore,
  type EventStoreProvider,
  type ExpectedRevision,
  isMicroError,
  memoryEventStore,
  MicroError,
  type RecordedEvent,
  type StreamWrite,
  type SubscriptionBatch,
} from '@micro/core'

/** A memory event store with one fault, and the checks that find it: these and no others. */
export interface BrokenStore {
  readonly provider: () => EventStoreProvider
  /** Beginnings of the titles of the checks that must fail. */
  readonly failing: readonly string[]
}

const RANDOM_PROGRAMS = 'ES-EXPECTED, ES-REPEAT, ES-DUPLICATE, ES-READ-ALL: random programs'

/** Each fault was seen in some real adapter, or is the simplest form of one. */
export const BROKEN_STORES: Readonly<Record<string, BrokenStore>> = {
  'a lost update: the expectation is checked before the write and not in it': {
    provider: broken((store) => ({ append: (writes) => appendCheckedTooEarly(store, writes) })),
    failing: [
      'ES-NO-LOST-UPDATE, ES-REVISIONS: writers at one exact revision',
      'ES-NO-LOST-UPDATE: of two appends of one new stream',
      'ES-CLOSE: begun appends finish',
    ],
  },
  'an ignored no-stream': {
    provider: broken((store) => ({
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
      'ES-APPEND-ATOMIC: a failing last write',
      RANDOM_PROGRAMS,
      'ES-EXPECTED, ES-CONFLICT: every expectation, with events',
      'ES-NO-LOST-UPDATE, ES-REVISIONS: writers at one exact revision',
      'ES-NO-LOST-UPDATE: of two appends of one new stream',
      'ES-GUARD-ONLY, ES-CONFLICT: every expectation, as a guard alone',
      'ES-GUARD, ES-CONFLICT: every expectation, as a guard beside events',
    ],
  },
  'a position shown before a lower one': {
    provider: broken(hideUntilAcknowledged),
    failing: ['ES-ORDER, ES-POSITIONS: all readers see the same order'],
  },
  'an append split by a subscription': {
    provider: broken((store) => ({ subscribe: (options) => map(store.subscribe(options), splitBatch) })),
    failing: ['ES-BATCH-WHOLE: batches of a subscription'],
  },
  'an append split by maxCount': {
    provider: broken((store) => ({
      readAll: (options) => takeEvents(store.readAll(options), options?.maxCount ?? Infinity),
    })),
    failing: ['ES-READ-MAX: reading ends with the append'],
  },
  'half an append': {
    provider: broken((store) => ({
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
      'ES-APPEND-ATOMIC: a failing last write',
      RANDOM_PROGRAMS,
      'ES-GUARD, ES-CONFLICT: every expectation, as a guard beside events',
    ],
  },
  'an event doubled at the hand-over': {
    provider: broken((store) => ({ subscribe: (options) => doubleAtHandOver(store.subscribe(options)) })),
    failing: [
      'ES-SUBSCRIBE-HANDOVER, ES-HANDLES: random hand-overs',
      'ES-SUBSCRIBE-POSITION: positions go forward',
      'ES-FILTER: a filtered subscription',
      'ES-BATCH-WHOLE: batches of a subscription',
    ],
  },
  'an event missed at the hand-over': {
    provider: broken((store) => ({ subscribe: (options) => missAtHandOver(store.subscribe(options)) })),
    failing: [
      'ES-SUBSCRIBE-HANDOVER, ES-HANDLES: random hand-overs',
      'ES-ORDER, ES-POSITIONS: all readers see the same order',
      'ES-SUBSCRIBE-SLOW, ES-SUBSCRIBE-POSITION: a consumer that is far behind',
      'ES-SUBSCRIBE-POSITION: positions go forward',
      'ES-FILTER: a filtered subscription',
    ],
  },
  'a swallowed error': {
    provider: broken((store) => ({
      append: async (writes) => {
        const isGuard =
          Array.isArray(writes) && writes.length > 0 && writes.every(({ events = [] }) => events.length === 0)
        return store.append(writes).catch(onConflict((error) => (isGuard ? guess(store, writes) : raise(error))))
      },
    })),
    failing: [
      'ES-GUARD-ONLY, ES-CONFLICT: every expectation, as a guard alone',
      RANDOM_PROGRAMS,
      'ES-CONFLICT: names every stream',
      'ES-GUARD-ONLY: is answered from a read',
    ],
  },
  'a guard answered from a cache': {
    provider: broken(guardFromCache),
    failing: ['ES-GUARD-ONLY: is answered from a read'],
  },
  'a live row': {
    provider: broken((store) => {
      const live = new Map<string, RecordedEvent>()
      const thaw = (event: RecordedEvent): RecordedEvent => {
        if (!live.has(event.id)) live.set(event.id, structuredClone(event))
        return live.get(event.id) as RecordedEvent
      }
      return { readStream: (stream, options) => map(store.readStream(stream, options), (batch) => [batch.map(thaw)]) }
    }),
    failing: ['ES-SEALED: readers cannot change'],
  },
  'an ignored signal': {
    provider: broken((store) => ({ readAll: (options) => store.readAll({ ...options, signal: undefined }) })),
    failing: [
      'ES-ABORT: readAll with an aborted signal',
      'ES-ABORT: readAll backwards with an aborted signal',
      'ES-ABORT: an iteration that is aborted between two batches',
    ],
  },
  'metadata spread over the event': {
    provider: broken((store) => ({
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
    failing: ['ES-SYSTEM-FIELDS: data and metadata do not overwrite'],
  },
  'ids forgotten after a while': {
    provider: broken((store) => {
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
    failing: [RANDOM_PROGRAMS, 'ES-REPEAT: the same append again has the first result, for ever'],
  },
  'an inclusive after': {
    provider: broken((store) => ({
      readAll: (options) => store.readAll({ ...options, after: Math.max(0, (options?.after ?? 0) - 1) || undefined }),
    })),
    failing: [
      'ES-APPEND-READABLE: an acknowledged append',
      'ES-READ-ALL: after is exclusive',
      'ES-SUBSCRIBE-HANDOVER, ES-HANDLES: random hand-overs',
    ],
  },
  'a subscription that outlives its store': {
    provider: broken((store) => ({
      subscribe: (options) => map(store.subscribe(options), (batch) => [batch], forEver),
    })),
    failing: ['ES-CLOSE: close ends subscriptions'],
  },
}

function broken(change: (store: EventStore) => Partial<EventStore>): () => EventStoreProvider {
  return () => {
    const inner = memoryEventStore()
    return {
      ...inner,
      open: async (host) => {
        const store = await inner.open(host)
        return {
          id: store.id,
          append: (writes) => store.append(writes),
          readStream: (stream, options) => store.readStream(stream, options),
          readAll: (options) => store.readAll(options),
          subscribe: (options) => store.subscribe(options),
          head: (options) => store.head(options),
          close: () => store.close(),
          ...change(store),
        }
      },
    }
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
