import type { Checks } from '../conformance/checks.ts'
import type { ProjectionStoreBench } from './projection-store-bench.ts'
import type { ProjectionStorePromise } from './promises.ts'

/** One file of checks. */
export type RegisterChecks = (checks: Checks<ProjectionStorePromise, ProjectionStoreBench>) => void
