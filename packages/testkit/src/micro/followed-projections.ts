import type { ModelTable, Position, ProjectionStore, ProjectionStoreProvider, Row } from '@micro/core'
import { decoratedModels } from './decorated-models.ts'

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
    provider: decoratedModels(provider, (store) => ({
      prepare: (generation, models, options) => {
        const { projection } = generation
        prepared.set(projection.replace(/~\d+$/, ''), { projection, models, store })
        return store.prepare(generation, models, options)
      },
    })),
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
