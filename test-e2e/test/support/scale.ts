/** How much the long tests do: 1 is all that CI asks for, the default just enough to see a break. */
const scale = Number(process.env['MICRO_TEST_SCALE'] ?? 0.1)
if (!(scale > 0)) throw new RangeError(`MICRO_TEST_SCALE is "${process.env['MICRO_TEST_SCALE']}" and must be a number`)

/** @param least at the default scale and below @param full at scale 1 */
export function scaled(least: number, full: number): number {
  return Math.max(least, Math.round(full * scale))
}
