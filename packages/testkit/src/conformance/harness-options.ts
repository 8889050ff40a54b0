import { testScale } from '../scale.ts'
import { CONFORMANCE_DEFAULTS, type ConformanceOptions } from './runner.ts'

const COMMON = ['name', 'runner', 'scale', 'seed', 'patienceMs']
const RUNNER_FUNCTIONS = ['describe', 'it', 'beforeEach', 'afterEach'] as const

/** Options of a suite with every default filled in. */
export interface ResolvedHarnessOptions {
  readonly scale: number
  readonly seed: number
  readonly patienceMs: number
}

/**
 * Refuses what a suite does not know, so that a misspelt option never silently weakens a run.
 *
 * @throws TypeError for an unknown option, and for a malformed known one
 */
export function resolveHarnessOptions(
  suite: string,
  options: ConformanceOptions,
  ownOptions: readonly string[],
): ResolvedHarnessOptions {
  const known = [...COMMON, ...ownOptions]
  const unknown = Object.keys(options).filter((key) => !known.includes(key))
  if (unknown.length > 0)
    throw new TypeError(`${suite}: unknown option "${unknown.join('", "')}"; known are ${known.join(', ')}`)

  const { name, runner, scale, seed, patienceMs } = options
  if (typeof name !== 'string' || name === '') throw new TypeError(`${suite}: name must be a non-empty string`)
  for (const key of RUNNER_FUNCTIONS)
    if (typeof runner?.[key] !== 'function') throw new TypeError(`${suite}: runner.${key} must be a function`)

  return {
    scale: positive(suite, 'scale', scale ?? testScale()),
    patienceMs: positive(suite, 'patienceMs', patienceMs ?? CONFORMANCE_DEFAULTS.patienceMs),
    seed: positive(suite, 'seed', seed ?? 1 + Math.floor(Math.random() * 0x7fff_ffff)),
  }
}

function positive(suite: string, option: string, value: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0)
    throw new TypeError(`${suite}: ${option} must be a number above 0`)
  return value
}
