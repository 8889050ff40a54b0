import type { ConformanceOptions } from '../conformance/runner.ts'
import { suite } from '../conformance/checks.ts'
import { resolveHarnessOptions } from '../conformance/harness-options.ts'
import { registerApplierChecks } from './checks-appliers.ts'
import { registerCheckpointChecks } from './checks-checkpoint.ts'
import { registerCommitChecks } from './checks-commit.ts'
import { registerGenerationChecks } from './checks-generations.ts'
import { registerLifecycleChecks } from './checks-lifecycle.ts'
import { registerOrderChecks } from './checks-order.ts'
import { registerQueryChecks } from './checks-queries.ts'
import { registerRowChecks } from './checks-rows.ts'
import { registerSeparationChecks } from './checks-separation.ts'
import {
  type ProjectionStoreBench,
  projectionStoreBench,
  type ProjectionStoreHarness,
} from './projection-store-bench.ts'
import { PROJECTION_STORE_PROMISES, type ProjectionStorePromise } from './promises.ts'
import type { RegisterChecks } from './register-checks.ts'

export interface ProjectionStoreConformanceOptions extends ConformanceOptions {
  /** Makes a fresh, empty store; called for each check, sometimes twice. */
  readonly create: () => Promise<ProjectionStoreHarness>
}

const GROUPS: Readonly<Record<string, RegisterChecks>> = {
  commits: registerCommitChecks,
  'several appliers and readers': registerApplierChecks,
  checkpoints: registerCheckpointChecks,
  generations: registerGenerationChecks,
  rows: registerRowChecks,
  queries: registerQueryChecks,
  'order and pages': registerOrderChecks,
  separation: registerSeparationChecks,
  lifecycle: registerLifecycleChecks,
}

/**
 * Checks a projection store against every promise in `PROJECTION_STORE_PROMISES`.
 *
 * @example
 * import { afterEach, beforeEach, describe, it } from 'vitest'
 * projectionStoreConformance({
 *   name: 'memory',
 *   create: async () => ({ provider: memoryProjectionStore() }),
 *   runner: { describe, it, beforeEach, afterEach },
 * })
 * @throws TypeError for an unknown or malformed option
 */
export function projectionStoreConformance(options: ProjectionStoreConformanceOptions): void {
  const { scale, seed, patienceMs } = resolveHarnessOptions('projectionStoreConformance', options, ['create'])
  const { name, runner, create } = options
  if (typeof create !== 'function') throw new TypeError('projectionStoreConformance: create must be a function')
  suite<ProjectionStorePromise, ProjectionStoreBench>(
    `ProjectionStore: ${name}`,
    {
      runner,
      promises: PROJECTION_STORE_PROMISES,
      patienceMs,
      note: `seed ${seed}`,
      prepare: (scope) => projectionStoreBench({ create, seed, scale }, scope),
    },
    (checks) => {
      for (const [group, register] of Object.entries(GROUPS)) checks.group(group, () => register(checks))
    },
  )
}
