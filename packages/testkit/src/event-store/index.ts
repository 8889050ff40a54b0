export { eventStoreConformance } from './event-store-conformance.ts'
export { EVENT_STORE_PROMISES } from './promises.ts'
export { CONFORMANCE_DEFAULTS } from '../conformance/runner.ts'

export type { ConformanceRunner } from '../conformance/runner.ts'
export type { EventStoreConformanceOptions } from './event-store-conformance.ts'
export type { EventStoreHarness, StalledAppend } from './event-store-bench.ts'
export type { EventStorePromise } from './promises.ts'
