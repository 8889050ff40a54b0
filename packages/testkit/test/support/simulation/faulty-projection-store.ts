import type { ProjectionStore, ProjectionStoreProvider } from '@micro/core'
import { type Faults, unavailable } from './faults.ts'

/** The provider's rows as an instance meets them over a bad line. */
export function faultyProjectionStore(provider: ProjectionStoreProvider, faults: Faults): ProjectionStoreProvider {
  return {
    ...provider,
    async open(host) {
      return faulty(await provider.open(host), faults)
    },
  }
}

function faulty(store: ProjectionStore, faults: Faults): ProjectionStore {
  const read = async <T>(ask: () => Promise<T>): Promise<T> => {
    await faults.transit()
    if (faults.readFails()) throw unavailable('none')
    const answer = await ask()
    await faults.transit()
    return answer
  }
  return {
    get: (table, keys, options) => read(() => store.get(table, keys, options)),
    find: (table, query, options) => read(() => store.find(table, query, options)),
    count: (table, query, options) => read(() => store.count(table, query, options)),
    checkpoint: (projection, options) => read(() => store.checkpoint(projection, options)),
    async commit(generation, commit, options) {
      const fault = faults.commitFault()
      await faults.commitTransit()
      if (fault === 'refused') throw unavailable('none')
      await store.commit(generation, commit, options)
      await faults.commitTransit()
      if (fault === 'answer lost') throw unavailable('unknown')
    },
    prepare: (generation, models, options) => store.prepare(generation, models, options),
    activate: (generation, options) => store.activate(generation, options),
    drop: (generation, options) => store.drop(generation, options),
    close: () => store.close(),
  }
}
