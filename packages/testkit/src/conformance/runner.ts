/**
 * The part of a test runner that a conformance suite needs. The functions of vitest and of `node:test` both fit:
 *
 * @example
 * import { afterEach, beforeEach, describe, it } from 'vitest' // or 'node:test'
 * eventStoreConformance({ name: 'my store', create, runner: { describe, it, beforeEach, afterEach } })
 */
export interface ConformanceRunner {
  readonly describe: (name: string, body: () => void) => unknown
  /** vitest takes the time-out, `node:test` has none and ignores it; a check ends by its own patience before either. */
  readonly it: (name: string, body: () => Promise<void>, timeoutMs?: number) => unknown
  readonly beforeEach: (body: () => void | Promise<void>) => unknown
  readonly afterEach: (body: () => void | Promise<void>) => unknown
}

/** Options that every conformance suite has. */
export interface ConformanceOptions {
  /** Name of the adapter, for titles. */
  readonly name: string
  readonly runner: ConformanceRunner
  /** How much work the heavy checks do: 1 is what the catalogue of tests asks for. @default `MICRO_TEST_SCALE`, else 0.1 */
  readonly scale?: number | undefined
  /** Seed of every random choice; printed when a check fails. @default a new one for each run */
  readonly seed?: number | undefined
  /** How long one check may take before it counts as hung; no check asserts a time. @default 60000 */
  readonly patienceMs?: number | undefined
}

export const CONFORMANCE_DEFAULTS: { readonly patienceMs: 60_000 } = Object.freeze({ patienceMs: 60_000 })
