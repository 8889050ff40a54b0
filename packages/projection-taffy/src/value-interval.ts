import type { JsonValue, QueryBound, RowKey } from '@micro/core'

export type RangeBound = Extract<QueryBound, { kind: 'range' }>

/** From one value to another, both included: the query itself decides about the ends. */
export interface Interval {
  readonly low: JsonValue
  readonly high: JsonValue
}

export interface KeyInterval {
  readonly low?: RowKey
  readonly high?: RowKey
}

type Limit = RangeBound['value']

/**
 * What these bounds of one path have in common, for values that must fulfil all of them; `undefined`: nothing. Bounds hold
 * within one type.
 */
export function intervalOf(bounds: readonly [RangeBound, ...RangeBound[]]): Interval | undefined {
  const type = typeof bounds[0].value
  if (bounds.some((bound) => typeof bound.value !== type)) return undefined
  const { first, last } = ENDS[type as keyof typeof ENDS]
  return { low: lastOf(bounds, '$gt', '$gte') ?? first, high: lastOf(bounds, '$lt', '$lte') ?? last }
}

/** The same for keys, which are strings. */
export function keyIntervalOf(bounds: readonly [RangeBound, ...RangeBound[]]): KeyInterval | undefined {
  const interval = intervalOf(bounds)
  if (typeof interval?.low !== 'string') return undefined
  const { low, high } = interval
  return typeof high === 'string' ? { low, high } : { low }
}

/** All values of a type lie between these. Infinities are no JSON and every object comes after every string. */
const ENDS = {
  number: { first: -Infinity, last: Infinity },
  string: { first: '', last: {} },
  boolean: { first: false, last: true },
} as const

/** Any bound of one side will do, as the query decides; nobody writes two. */
function lastOf(bounds: readonly RangeBound[], ...operators: readonly RangeBound['operator'][]): Limit | undefined {
  return bounds.findLast(({ operator }) => operators.includes(operator))?.value
}
