import type { Checks } from '../conformance/checks.ts'
import type { EventStoreBench } from './event-store-bench.ts'
import type { EventStorePromise } from './promises.ts'

/** One file of checks. */
export type RegisterChecks = (checks: Checks<EventStorePromise, EventStoreBench>) => void
