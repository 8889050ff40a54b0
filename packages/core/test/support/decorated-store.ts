import type { EventStore, EventStoreProvider } from '@micro/core'

/** The same provider with some methods of each opened store replaced. */
export function decorated(
  provider: EventStoreProvider,
  change: (store: EventStore) => Partial<EventStore>,
): EventStoreProvider {
  return {
    ...provider,
    async open(host) {
      const store = await provider.open(host)
      const changed = change(store)
      return {
        id: store.id,
        append: changed.append ?? ((writes) => store.append(writes)),
        readStream: changed.readStream ?? ((stream, options) => store.readStream(stream, options)),
        readAll: changed.readAll ?? ((options) => store.readAll(options)),
        subscribe: changed.subscribe ?? ((options) => store.subscribe(options)),
        head: changed.head ?? ((options) => store.head(options)),
        close: () => store.close(),
      }
    },
  }
}

/** A gate that lets nothing through while it is shut. */
export class Gate {
  #opened: Promise<void> = Promise.resolve()
  #open: () => void = () => undefined

  get opened(): Promise<void> {
    return this.#opened
  }

  shut(): void {
    this.#opened = new Promise((resolve) => (this.#open = resolve))
  }

  open(): void {
    this.#open()
  }
}

/** A store whose subscriptions deliver nothing while the gate is shut: an instance that lags. */
export function lagging(provider: EventStoreProvider, gate: Gate): EventStoreProvider {
  return decorated(provider, (store) => ({
    async *subscribe(options) {
      for await (const batch of store.subscribe(options)) {
        await gate.opened
        yield batch
      }
    },
  }))
}
