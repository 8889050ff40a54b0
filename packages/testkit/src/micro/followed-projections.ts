import type { ModelTable, Position, ProjectionStore, ProjectionStoreProvider, Row } from '@micro/core'

/** A service's projections as its store shows them from outside. */
export interface FollowedProjections {
  /** To compose the service with. */
  readonly provider: ProjectionStoreProvider
  /** Projections that have not applied the log up to here, each with the position that it has. */
  behind(position: Position): Promise<readonly string[]>
  /** Every row of every model, in key order. */
  tables(): Promise<readonly FilledTable[]>
}

export interface FilledTable {
  readonly projection: string
  readonly model: string
  readonly rows: readonly Row[]
}

interface Prepared {
  readonly projection: string
  readonly models: readonly ModelTable[]
  readonly store: ProjectionStore
}

/** Learns from what a service prepares which projections it fills. */
export function followProjections(provider: ProjectionStoreProvider): FollowedProjections {
  /** Name without its lineage → the last lineage prepared, and the handle that did. */
  const prepared = new Map<string, Prepared>()
  return {
    provider: {
      ...provider,
      async open(host) {
        const store = await provider.open(host)
        return {
          get: (table, keys, options) => store.get(table, keys, options),
          find: (table, query, options) => store.find(table, query, options),
          count: (table, query, options) => store.count(table, query, options),
          commit: (generation, commit, options) => store.commit(generation, commit, options),
          checkpoint: (projection, options) => store.checkpoint(projection, options),
          prepare: (generation, models, options) => {
            const { projection } = generation
            prepared.set(projection.replace(/~\d+$/, ''), { projection, models, store })
            return store.prepare(generation, models, options)
          },
          activate: (generation, options) => store.activate(generation, options),
          drop: (generation, options) => store.drop(generation, options),
          close: () => store.close(),
        }
      },
    },
    async behind(position) {
      const behind: string[] = []
      for (const { projection, store } of prepared.values()) {
        const applied = (await store.checkpoint(projection))?.position ?? 0
        if (applied < position) behind.push(`the models of ${projection} are at position ${applied} of ${position}`)
      }
      return behind
    },
    async tables() {
      const tables: FilledTable[] = []
      for (const { projection, models, store } of prepared.values())
        for (const { model } of models)
          tables.push({ projection, model, rows: await store.find({ projection, model }, {}) })
      return tables
    },
  }
}
