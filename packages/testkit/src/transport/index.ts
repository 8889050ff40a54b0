export { transportConformance } from './transport-conformance.ts'
export { TRANSPORT_PROMISES } from './promises.ts'
export { CONFORMANCE_DEFAULTS } from '../conformance/runner.ts'

export type { ConformanceRunner } from '../conformance/runner.ts'
export type { TransportConformanceOptions } from './transport-conformance.ts'
export type { TransportHarness } from './transport-bench.ts'
export type { TransportPromise } from './promises.ts'
