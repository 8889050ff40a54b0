/** Whether the long tests do all that CI asks for (`MICRO_TEST_SCALE=full`), or just enough to see a break. */
export const isFullScale: boolean = process.env['MICRO_TEST_SCALE'] === 'full'

export function scaled<Amount>(small: Amount, full: Amount): Amount {
  return isFullScale ? full : small
}
