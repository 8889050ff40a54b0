import type { FindOptions, ProjectionStore, ProjectionStoreProvider, Query, Row, RowChange } from '@micro/core'
import { seededRuntime } from '@micro/testkit'

const generation = { projection: 'bank@1', generation: 1 }
const table = { projection: 'bank@1', model: 'account' }

/** One model, `account` with the key `id`, in an open store. */
export interface Models {
  readonly store: ProjectionStore
  apply(changes: readonly RowChange[]): Promise<void>
  get(key: string): Promise<Row | undefined>
  find(query: Query, options?: FindOptions): Promise<readonly Row[]>
  count(query: Query): Promise<number>
  index(paths: readonly string[]): Promise<void>
}

export async function openModels(provider: ProjectionStoreProvider, indexes: readonly string[]): Promise<Models> {
  const store = await provider.open(undefined as never)
  await store.prepare(generation, [{ model: 'account', key: 'id', indexes }])
  await store.activate(generation)
  let position = 0
  return {
    store,
    async apply(changes) {
      const previous = position === 0 ? undefined : { position, eventId: `e${position}` }
      await store.commit(generation, { previous, next: { position: ++position, eventId: `e${position}` }, changes })
    },
    get: async (key) => (await store.get(table, [key]))[0],
    find: (query, options) => store.find(table, query, options),
    count: (query) => store.count(table, query),
    index: (paths) => store.prepare(generation, [{ model: 'account', key: 'id', indexes: paths }]),
  }
}

export function put(row: Row): RowChange {
  return { kind: 'put', model: 'account', key: row['id'] as string, row }
}

export function remove(key: string): RowChange {
  return { kind: 'remove', model: 'account', key }
}

/** Runs a test with random choices; a failure tells the seed, and `MICRO_TEST_SEED` runs it again. */
export async function withSeed(run: (pick: Pick) => Promise<void>): Promise<void> {
  const seed = Number(process.env['MICRO_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  const runtime = seededRuntime({ seed })
  try {
    await run(<Value>(values: readonly Value[]) => values[Math.floor(runtime.random() * values.length)] as Value)
  } catch (error) {
    throw new Error(`Failed with MICRO_TEST_SEED=${seed}`, { cause: error })
  }
}

export type Pick = <Value>(values: readonly Value[]) => Value
