/** Enough to see a break; 1 is what the catalogue of proofs asks for. */
export const DEFAULT_SCALE = 0.1

/**
 * How much work heavy tests do, from the environment variable `MICRO_TEST_SCALE`: a number above 0, 1 is all of it.
 *
 * @throws RangeError when the variable is set to anything else
 */
export function testScale(): number {
  // oxlint-disable-next-line node/no-process-env -- it belongs to a run of tests, which has no configuration but this
  const told = process.env['MICRO_TEST_SCALE']
  const scale = told === undefined || told === '' ? DEFAULT_SCALE : Number(told)
  if (!(scale > 0 && Number.isFinite(scale)))
    throw new RangeError(`MICRO_TEST_SCALE is "${told}" and must be a number above 0`)
  return scale
}

/** How often a test does something: `full` times at scale 1, and never less than `least`. */
export function scaled(full: number, least = 1): number {
  return scaledBy(testScale(), full, least)
}

export function scaledBy(scale: number, full: number, least: number): number {
  return Math.max(least, Math.round(full * scale))
}
