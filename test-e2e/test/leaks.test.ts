// Starting and stopping leaves nothing behind: no handle, no memory.
import { scaled } from '@micro/testkit'
import { expect, it } from 'vitest'
import { measuredBy } from './support/measured-program.ts'

// Native memory (connections to a file that grows, sockets) takes about 1,500 cycles to find its size: over 3,000 it rose by
// 34 MB until then and by 2 MB afterwards. So the first three fifths are warming up, and the last 1,000 are what counts.
const CYCLES = scaled(2_500, 100)
const MEASUREMENTS = 5
const MOST_GROWTH_BYTES = 20 * 1024 * 1024
const MOST_HEAP_GROWTH_BYTES = 4 * 1024 * 1024

interface Measurement {
  readonly cycles: number
  readonly rssBytes: number
  readonly heapBytes: number
  readonly open: readonly string[]
}

it(
  `[94] ${CYCLES} times a bank with its portal started and stopped leave no handle open and no memory taken`,
  async () => {
    const measured = await measuredBy<Measurement>('start-stop-cycles.mjs', [CYCLES, MEASUREMENTS])
    expect(measured.map(({ open }) => open)).toEqual(Array.from({ length: MEASUREMENTS }, () => []))
    const [, , warm, ...later] = measured
    const last = later.at(-1)
    const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1)
    console.log(`heap in MB: ${measured.map(({ heapBytes }) => megabytes(heapBytes)).join(', ')};`)
    console.log(`resident in MB: ${measured.map(({ rssBytes }) => megabytes(rssBytes)).join(', ')}`)
    expect((last?.heapBytes ?? Infinity) - (warm?.heapBytes ?? 0)).toBeLessThan(MOST_HEAP_GROWTH_BYTES)
    expect((last?.rssBytes ?? Infinity) - (warm?.rssBytes ?? 0)).toBeLessThan(MOST_GROWTH_BYTES)
  },
  scaled(600_000, 180_000),
)
