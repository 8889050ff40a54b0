import type { EventStoreProvider, ProjectionStoreProvider, SubscriptionBatch } from '@micro/core'

/** Lets through what is allowed, one after the other, and holds the rest. */
export class Gate {
  readonly #held: (() => void)[] = []
  #isOpen = true
  #allowed = 0

  get held(): number {
    return this.#held.length
  }

  pass(): Promise<void> {
    if (this.#isOpen || this.#allowed-- > 0) return Promise.resolve()
    return new Promise((resolve) => this.#held.push(resolve))
  }

  /** @param allowed how many still pass */
  shut(allowed = 0): void {
    this.#isOpen = false
    this.#allowed = allowed
  }

  /** Lets this many of the held through. */
  let(count: number): void {
    for (const pass of this.#held.splice(0, count)) pass()
  }

  open(): void {
    this.#isOpen = true
    this.let(this.#held.length)
  }
}

/** The log of an instance that hears of it as the gate allows: batch by batch, or event by event. */
export function heardThrough(
  provider: EventStoreProvider,
  gate: Gate,
  { eventByEvent = false }: { readonly eventByEvent?: boolean } = {},
): EventStoreProvider {
  return {
    ...provider,
    async open(host) {
      const store = await provider.open(host)
      return {
        id: store.id,
        append: (writes) => store.append(writes),
        readStream: (stream, options) => store.readStream(stream, options),
        readAll: (options) => store.readAll(options),
        head: (options) => store.head(options),
        close: () => store.close(),
        async *subscribe(options) {
          for await (const batch of store.subscribe(options))
            for (const part of eventByEvent ? singly(batch) : [batch]) {
              await gate.pass()
              yield part
            }
        },
      }
    },
  }
}

/** The rows of an instance whose applier reads and commits as the gates allow. */
export function appliedThrough(
  provider: ProjectionStoreProvider,
  { reads = new Gate(), commits = new Gate() }: { readonly reads?: Gate; readonly commits?: Gate },
): ProjectionStoreProvider {
  return {
    ...provider,
    async open(host) {
      const store = await provider.open(host)
      return {
        ...store,
        async get(table, keys, options) {
          // Only an applier names the generation that it reads.
          if (table.generation !== undefined) await reads.pass()
          return store.get(table, keys, options)
        },
        async commit(generation, commit, options) {
          await commits.pass()
          return store.commit(generation, commit, options)
        },
      }
    },
  }
}

function singly(batch: SubscriptionBatch): readonly SubscriptionBatch[] {
  if (batch.events.length < 2) return [batch]
  return batch.events.map((event) => ({ events: [event], position: event.position, caughtUp: false }))
}
