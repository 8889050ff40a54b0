import type { Checks } from '../conformance/checks.ts'
import type { TransportPromise } from './promises.ts'
import type { TransportBench } from './transport-bench.ts'

/** One file of checks. */
export type RegisterChecks = (checks: Checks<TransportPromise, TransportBench>) => void
