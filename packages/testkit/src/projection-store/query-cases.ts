import type { QueryCase } from './query-case.ts'
import { ARRAY_CASES } from './query-cases-arrays.ts'
import { OPERATOR_CASES } from './query-cases-operators.ts'
import { VALUE_CASES } from './query-cases-values.ts'

/** What MongoDB answers, but for the order of an object's properties, which matters there. */
export const QUERY_CASES: readonly QueryCase[] = [...VALUE_CASES, ...OPERATOR_CASES, ...ARRAY_CASES]
