import { suite } from '../conformance/checks.ts'
import { resolveHarnessOptions } from '../conformance/harness-options.ts'
import type { ConformanceOptions } from '../conformance/runner.ts'
import { seededRandom } from '../conformance/seeded-random.ts'
import { registerAppendChecks } from './checks-append.ts'
import { registerConcurrencyChecks } from './checks-concurrency.ts'
import { registerExpectationChecks } from './checks-expectations.ts'
import { registerGapChecks } from './checks-gaps.ts'
import { registerIdempotencyChecks } from './checks-idempotency.ts'
import { registerLifecycleChecks } from './checks-lifecycle.ts'
import { registerModelChecks } from './checks-model.ts'
import { registerReadingChecks } from './checks-reading.ts'
import { registerRoundTripChecks } from './checks-round-trip.ts'
import { registerSubscriptionChecks } from './checks-subscriptions.ts'
import { EventStoreBench, type EventStoreHarness } from './event-store-bench.ts'
import { EVENT_STORE_PROMISES, type EventStorePromise } from './promises.ts'
import type { RegisterChecks } from './register-checks.ts'

export interface EventStoreConformanceOptions extends ConformanceOptions {
  /** Makes a fresh, empty log, isolated from all others. */
  readonly create: () => Promise<EventStoreHarness>
}

const GROUPS: Readonly<Record<string, RegisterChecks>> = {
  append: registerAppendChecks,
  expectations: registerExpectationChecks,
  'the same append again': registerIdempotencyChecks,
  concurrency: registerConcurrencyChecks,
  'a writer that stalls': registerGapChecks,
  'random programs': registerModelChecks,
  reading: registerReadingChecks,
  subscriptions: registerSubscriptionChecks,
  'round trip': registerRoundTripChecks,
  lifecycle: registerLifecycleChecks,
}

/**
 * Registers a check for every promise of the `EventStore` port. What an adapter's capabilities deny is checked to be
 * refused.
 *
 * @example
 * eventStoreConformance({
 *   name: 'memory',
 *   create: async () => { const provider = memoryEventStore(); return { provider, reopen: async () => provider } },
 *   runner: { describe, it, beforeEach, afterEach },
 * })
 * @throws TypeError for options that it does not know
 */
export function eventStoreConformance(options: EventStoreConformanceOptions): void {
  const { scale, seed, patienceMs } = resolveHarnessOptions('eventStoreConformance', options, ['create'])
  const { name, create, runner } = options
  if (typeof create !== 'function') throw new TypeError('eventStoreConformance: create must be a function')
  suite<EventStorePromise, EventStoreBench>(
    `event store ${name}`,
    {
      runner,
      promises: EVENT_STORE_PROMISES,
      patienceMs,
      note: `seed ${seed}`,
      prepare: (scope) => new EventStoreBench(scope, { create, scale, patienceMs, random: seededRandom(seed) }),
    },
    (checks) => {
      for (const [group, register] of Object.entries(GROUPS)) checks.group(group, () => register(checks))
    },
  )
}
