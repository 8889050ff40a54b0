/** What a query may be at most; beyond it `compileQuery` refuses with `MICRO_INVALID`. */
export interface QueryLimits {
  /** Levels of `$and`, `$or`, `$not` and `$elemMatch`, and of objects and arrays inside a value. */
  readonly depth: number
  /** Operators and compared fields together. */
  readonly conditions: number
  /** Values of one `$in` or `$nin`. */
  readonly listedValues: number
  /** Names in one dotted path. */
  readonly pathSegments: number
  /** Characters of a `$regex`. */
  readonly regexLength: number
  /** Parts of a `$regex` once its counted repeats are written out. */
  readonly regexSteps: number
  /** Characters of a string that `$regex` looks at; a longer one never matches. */
  readonly regexInputLength: number
}

export const QUERY_LIMITS: QueryLimits = Object.freeze({
  depth: 32,
  conditions: 1000,
  listedValues: 10_000,
  pathSegments: 32,
  regexLength: 256,
  regexSteps: 500,
  regexInputLength: 10_000,
})
