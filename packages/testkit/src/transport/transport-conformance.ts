import { suite } from '../conformance/checks.ts'
import { resolveHarnessOptions } from '../conformance/harness-options.ts'
import type { ConformanceOptions } from '../conformance/runner.ts'
import { registerDiscoveryChecks } from './checks-discovery.ts'
import { registerErrorChecks } from './checks-errors.ts'
import { registerLifecycleChecks } from './checks-lifecycle.ts'
import { registerPublishingChecks } from './checks-publishing.ts'
import { registerRequestChecks } from './checks-requests.ts'
import { TRANSPORT_PROMISES, type TransportPromise } from './promises.ts'
import type { RegisterChecks } from './register-checks.ts'
import { TransportBench, type TransportHarness } from './transport-bench.ts'

export interface TransportConformanceOptions extends ConformanceOptions {
  /** Makes a network without anyone on it, isolated from all others. */
  readonly create: () => Promise<TransportHarness>
}

const GROUPS: Readonly<Record<string, RegisterChecks>> = {
  requests: registerRequestChecks,
  errors: registerErrorChecks,
  publishing: registerPublishingChecks,
  discovery: registerDiscoveryChecks,
  lifecycle: registerLifecycleChecks,
}

/**
 * Registers a check for every promise of the `Transport` port.
 *
 * @example
 * transportConformance({
 *   name: 'memory',
 *   create: async () => ({ provider: memoryTransport() }),
 *   runner: { describe, it, beforeEach, afterEach },
 * })
 * @throws TypeError for options that it does not know
 */
export function transportConformance(options: TransportConformanceOptions): void {
  const { scale, seed, patienceMs } = resolveHarnessOptions('transportConformance', options, ['create'])
  const { name, create, runner } = options
  if (typeof create !== 'function') throw new TypeError('transportConformance: create must be a function')
  suite<TransportPromise, TransportBench>(
    `transport ${name}`,
    {
      runner,
      promises: TRANSPORT_PROMISES,
      patienceMs,
      note: `seed ${seed}`,
      prepare: (scope) => new TransportBench(scope, { create, scale }),
    },
    (checks) => {
      for (const [group, register] of Object.entries(GROUPS)) checks.group(group, () => register(checks))
    },
  )
}
