import type { Checks } from '../conformance/checks.ts'
import type { ModuleBench } from './module-bench.ts'
import type { ModulePromise } from './promises.ts'

/** One file of checks. */
export type RegisterChecks = (checks: Checks<ModulePromise, ModuleBench>) => void
