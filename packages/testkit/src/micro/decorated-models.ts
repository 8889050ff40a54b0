import type { ProjectionStore, ProjectionStoreProvider } from '@micro/core'

/** The same provider with some methods of each opened store replaced. */
export function decoratedModels(
  provider: ProjectionStoreProvider,
  change: (store: ProjectionStore) => Partial<ProjectionStore>,
): ProjectionStoreProvider {
  return {
    ...provider,
    async open(host, options) {
      const store = await provider.open(host, options)
      return {
        get: (table, keys, options) => store.get(table, keys, options),
        find: (table, query, options) => store.find(table, query, options),
        count: (table, query, options) => store.count(table, query, options),
        commit: (generation, commit, options) => store.commit(generation, commit, options),
        checkpoint: (projection, options) => store.checkpoint(projection, options),
        prepare: (generation, models, options) => store.prepare(generation, models, options),
        activate: (generation, options) => store.activate(generation, options),
        drop: (generation, options) => store.drop(generation, options),
        close: () => store.close(),
        ...change(store),
      }
    },
  }
}
