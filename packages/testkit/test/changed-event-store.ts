import type { EventStore, EventStoreProvider } from '@micro/core'

/** A provider whose handles have some methods replaced. */
export function changedEventStore(
  inner: EventStoreProvider,
  change: (store: EventStore) => Partial<EventStore>,
): EventStoreProvider {
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
