import {
  type EventStoreProvider,
  type ModelTable,
  pause,
  type ProjectionStoreProvider,
  type RecordedEvent,
  type Runtime,
} from '@micro/core'
import { splitByAppend } from '../../../packages/testkit/src/faults/split-by-append.ts'
import { decoratedModels } from '../../../packages/testkit/src/micro/decorated-models.ts'

/** From, to: milliseconds. */
export type Range = readonly [least: number, most: number]

/** How slow the way between an instance and its stores is, each time drawn anew; as JSON. What is left out is at once. */
export interface LinkPlan {
  /** Until the tail hears of a batch. */
  readonly tail?: Range
  /** Until an append arrives at the store, and until its answer is back. */
  readonly append?: Range
  readonly answer?: Range
  /** Until a reading of the log begins, and one of rows. */
  readonly read?: Range
  readonly rows?: Range
  /** Until a commit of rows arrives. */
  readonly models?: Range
}

/** The way between one instance and its stores. */
export class Link {
  readonly #runtime: Runtime
  readonly #plan: LinkPlan
  #silence: Promise<void> | undefined
  #endSilence: () => void = () => undefined
  /** Tables that the instance has made, by projection. */
  readonly tables = new Map<string, readonly ModelTable[]>()
  /** Appends that the store was asked for and has not answered. */
  unanswered = 0
  mostUnanswered = 0

  constructor(runtime: Runtime, plan: LinkPlan) {
    this.#runtime = runtime
    this.#plan = plan
  }

  async pass(part: keyof LinkPlan): Promise<void> {
    const [least, most] = this.#plan[part] ?? [0, 0]
    if (most > 0) await pause(this.#runtime, least + this.#runtime.random() * (most - least))
    if (part !== 'models' && part !== 'rows') await this.#silence
  }

  /** From now on the log says nothing and hears nothing. */
  silence(): void {
    this.#silence = new Promise((resolve) => (this.#endSilence = resolve))
  }

  endSilence(): void {
    this.#silence = undefined
    this.#endSilence()
  }
}

/** The log, as an instance behind this link sees it; without a link as it is. */
export function linkedLog(provider: EventStoreProvider, link: Link | undefined): EventStoreProvider {
  if (link === undefined) return provider
  return {
    ...provider,
    async open(host) {
      const store = await provider.open(host)
      return {
        id: store.id,
        async append(writes) {
          link.mostUnanswered = Math.max(link.mostUnanswered, ++link.unanswered)
          try {
            await link.pass('append')
            return await store.append(writes)
          } finally {
            await link.pass('answer')
            link.unanswered--
          }
        },
        readStream: (stream, options) => after(link, () => store.readStream(stream, options)),
        readAll: (options) => after(link, () => store.readAll(options)),
        async *subscribe(options) {
          for await (const batch of store.subscribe(options))
            // Append by append, so that an instance can be anywhere in what others see at once.
            for (const [index, part] of splitByAppend(batch).entries()) {
              // Late, and not ever later: what has piled up meanwhile comes at times at once.
              if (index === 0 || host.runtime.random() < 0.3) await link.pass('tail')
              yield part
            }
        },
        async head(options) {
          await link.pass('read')
          return store.head(options)
        },
        close: () => store.close(),
      }
    },
  }
}

/** The models, as an instance behind this link reads and writes them; without a link as they are. */
export function linkedModels(provider: ProjectionStoreProvider, link: Link | undefined): ProjectionStoreProvider {
  if (link === undefined) return provider
  return decoratedModels(provider, (store) => ({
    async get(table, keys, options) {
      await link.pass('rows')
      return store.get(table, keys, options)
    },
    async find(table, query, options) {
      await link.pass('rows')
      return store.find(table, query, options)
    },
    async commit(generation, commit, options) {
      await link.pass('models')
      return store.commit(generation, commit, options)
    },
    prepare(generation, models, options) {
      link.tables.set(generation.projection, models)
      return store.prepare(generation, models, options)
    },
  }))
}

async function* after(
  link: Link,
  read: () => AsyncIterable<readonly RecordedEvent[]>,
): AsyncGenerator<readonly RecordedEvent[]> {
  await link.pass('read')
  yield* read()
}
