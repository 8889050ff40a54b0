import {
  memoryProjectionStore,
  type ProjectionStore,
  type ProjectionStoreProvider,
  type RowChange,
  systemRuntime,
} from '@micro/core'
import { taffyProjectionStore } from '@micro/projection-taffy'
import { benchHost } from '../../measure/bench-host.ts'
import { type Lookups, sumOf } from './lookup-side.ts'
import { idAt, ownerAt, type Person, personAt } from './people.ts'

export const PROVIDERS: Readonly<Record<'memory' | 'taffy', () => ProjectionStoreProvider>> = {
  memory: memoryProjectionStore,
  taffy: taffyProjectionStore,
}

const TABLE = { projection: 'bench@1', model: 'person' }
const COMMIT = 1_000

export async function portLookups(store: keyof typeof PROVIDERS, by: 'key' | 'index', rows: number): Promise<Lookups> {
  const handle = await PROVIDERS[store]().open(benchHost())
  await fill(handle, rows)
  const find =
    by === 'key'
      ? async (at: number) => (await handle.get(TABLE, [idAt(at)]))[0]
      : async (at: number) => (await handle.find(TABLE, { owner: ownerAt(at) }))[0]
  return {
    find: (places) => sumOf(places, (at) => find(at) as Promise<Person | undefined>),
    close: () => handle.close(),
  }
}

async function fill(handle: ProjectionStore, rows: number): Promise<void> {
  const generation = { projection: TABLE.projection, generation: 1 }
  const runtime = systemRuntime()
  await handle.prepare(generation, [{ model: TABLE.model, key: 'id', indexes: ['owner'] }])
  let previous: { readonly position: number; readonly eventId: string } | undefined
  for (let at = 0; at < rows; at += COMMIT) {
    const changes = Array.from({ length: Math.min(COMMIT, rows - at) }, (_, each): RowChange => {
      const row = Object.freeze(personAt(at + each))
      return { kind: 'put', model: TABLE.model, key: row.id, row }
    })
    const next = { position: at + changes.length, eventId: runtime.newId() }
    await handle.commit(generation, { previous, next, changes })
    previous = next
  }
  await handle.activate(generation)
}
