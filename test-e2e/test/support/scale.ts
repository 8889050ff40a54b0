/** Whether the long tests do all that CI asks for (`MICRO_TEST_SCALE=1`), or just enough to see a break. */
export const isFullScale: boolean = Number(process.env['MICRO_TEST_SCALE'] ?? 0.1) >= 1
