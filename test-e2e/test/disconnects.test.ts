// Clients that go away in the middle of a request leave nothing behind.
import { scaled } from '@micro/testkit'
import { expect, it } from 'vitest'
import { measuredBy } from './support/measured-program.ts'

const CLIENTS = scaled(1_000, 100)
// Memory finds its size in the first rounds; the last one counts.
const ROUNDS = 5
const MOST_GROWTH = 1.1

interface Left {
  readonly sockets: number
  readonly rssBytes: number
  readonly heapBytes: number
}

it(`[70] ${CLIENTS} clients that disconnect in mid-request leave no handler, no socket and no memory`, async () => {
  const left = await measuredBy<Left>('disconnecting-clients.mjs', [CLIENTS, ROUNDS])
  console.log(`resident in MB: ${left.map(({ rssBytes }) => (rssBytes / 2 ** 20).toFixed(1)).join(', ')}`)
  expect(left.map(({ sockets }) => sockets)).toEqual(left.map(() => 0))
  const [before, after] = left.slice(-2)
  expect(after?.rssBytes).toBeLessThan((before?.rssBytes ?? 0) * MOST_GROWTH)
  expect(after?.heapBytes).toBeLessThan((before?.heapBytes ?? 0) * MOST_GROWTH)
})
