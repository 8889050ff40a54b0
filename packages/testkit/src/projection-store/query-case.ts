import type { JsonObject, Query } from '@micro/core'

/** What a query means: rows that it finds and rows that it does not. */
export interface QueryCase {
  readonly says: string
  readonly query: Query
  readonly finds: readonly JsonObject[]
  readonly leaves: readonly JsonObject[]
}
