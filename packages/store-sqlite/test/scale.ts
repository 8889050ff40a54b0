/** How much work the heavy tests do: 1 is what the catalogue of tests asks for, the default is enough to see a break. */
export const scale: number = Number(process.env['MICRO_TEST_SCALE'] ?? 0.1)
if (!(scale > 0)) throw new RangeError(`MICRO_TEST_SCALE is "${process.env['MICRO_TEST_SCALE']}" and must be a number`)

/** How often something is done: `full` times at scale 1. */
export function scaled(full: number, least: number): number {
  return Math.max(least, Math.round(full * scale))
}
