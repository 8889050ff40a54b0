import { type EventStore, memoryEventStore, type RecordedEvent, type SubscriptionBatch } from '@micro/core'
import { conformanceHost } from '../src/conformance/conformance-host.ts'
import type { EventStoreHarness } from '../src/event-store/index.ts'
import { changedEventStore } from './changed-event-store.ts'

/** Events that have their positions and may not be seen yet. */
interface Gap {
  readonly from: number
  readonly ids: ReadonlySet<string>
  readonly closed: Promise<void>
}

/**
 * A memory store in which an append can stall between its positions and its being seen. Its readers stop there, and its
 * appends are acknowledged when they can be read; unless `isPassed`: then it is broken, as counters outside a transaction are.
 */
export function gappedEventStore({ isPassed }: { readonly isPassed: boolean }): () => Promise<EventStoreHarness> {
  return async () => {
    const inner = memoryEventStore()
    const gone = new Set<string>()
    let gap: Gap | undefined
    const isSeen = ({ id, position }: RecordedEvent): boolean =>
      !gone.has(id) && (gap === undefined || (isPassed ? !gap.ids.has(id) : position < gap.from))
    const whole = (): Promise<void> => (isPassed ? Promise.resolve() : (gap?.closed ?? Promise.resolve()))

    const provider = changedEventStore(inner, (store) => ({
      append: async (writes) => {
        const result = await store.append(writes)
        await whole()
        return result
      },
      readStream: (stream, options) => seenOf(store.readStream(stream, options), isSeen),
      readAll: (options) => seenOf(store.readAll(options), isSeen),
      head: async (options) => {
        const head = await store.head(options)
        return gap === undefined || isPassed ? head : Math.min(head, gap.from - 1)
      },
      subscribe: (options) => follow(store.subscribe(options), isSeen, whole),
    }))

    const stallAppend: EventStoreHarness['stallAppend'] = async (writes) => {
      const store: EventStore = await inner.open(conformanceHost())
      const from = (await store.head()) + 1
      const ids = new Set(writes.flatMap(({ events = [] }) => events.map(({ id }) => id)))
      let close = (): void => undefined
      gap = { from, ids, closed: new Promise((resolve) => (close = resolve)) }
      await store.append(writes)
      const end = async (): Promise<void> => {
        gap = undefined
        close()
        await store.close()
      }
      const abandon = async (): Promise<void> => {
        for (const id of ids) gone.add(id)
        await end()
      }
      return { release: end, abandon }
    }
    return { provider, reopen: async () => provider, stallAppend }
  }
}

async function* seenOf(
  batches: AsyncIterable<readonly RecordedEvent[]>,
  isSeen: (event: RecordedEvent) => boolean,
): AsyncGenerator<readonly RecordedEvent[]> {
  for await (const batch of batches) {
    const seen = batch.every(isSeen) ? batch : batch.filter(isSeen)
    if (seen.length > 0) yield seen
  }
}

async function* follow(
  batches: AsyncIterable<SubscriptionBatch>,
  isSeen: (event: RecordedEvent) => boolean,
  whole: () => Promise<void>,
): AsyncGenerator<SubscriptionBatch, undefined> {
  let passed = 0
  for await (const { events, position, caughtUp } of batches) {
    const seen = events.filter(isSeen)
    passed = events.length === seen.length ? position : (seen.at(-1)?.position ?? passed)
    yield { events: seen, position: passed, caughtUp }
    await whole()
    const rest = events.filter((event) => !seen.includes(event) && isSeen(event))
    if (rest.length > 0) yield { events: rest, position, caughtUp }
  }
  return undefined
}
