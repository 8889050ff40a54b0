import { textHash } from '../ids/text-hash.ts'
import type { ModelTable } from '../ports/projection-store.ts'
import type { JsonObject } from '../values/json.ts'
import { canonicalJson } from '../values/canonical-json.ts'

/** What a projection's rows depend on. */
export interface VersionParts {
  readonly models: readonly (ModelTable & { readonly schema: JsonObject })[]
  readonly reducers: readonly {
    readonly service: string
    readonly types: readonly string[]
    readonly version: number
  }[]
}

/** Short name of everything that rows depend on: when it changes, models are rebuilt from the log under the new name. */
export function projectionVersion({ models, reducers }: VersionParts): string {
  const parts = {
    models: models.map(({ model, key, indexes, schema }) => ({ model, key, indexes, schema })),
    reducers: reducers.map(({ service, types, version }) => ({ service, types, version })),
  }
  return textHash(canonicalJson(parts)).slice(0, 12)
}
