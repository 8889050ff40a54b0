// Clients that go away in the middle of a request leave nothing behind.
import { fileURLToPath, pathToFileURL } from 'node:url'
import { scaled } from '@micro/testkit'
import { expect, it } from 'vitest'
import { startProgram } from './support/program.ts'
import { tempFolder } from './support/temp-folder.ts'
import { inRoot } from './support/workspace.ts'

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
  using folder = tempFolder()
  const script = fileURLToPath(new URL('support/disconnecting-clients.mjs', import.meta.url))
  const bank = pathToFileURL(inRoot('examples', 'bank', 'dist', 'bank.js')).href
  await using program = startProgram(['--expose-gc', script, bank, String(CLIENTS), String(ROUNDS)], {
    cwd: folder.path,
  })
  // It ends by itself: a handler that is left would keep it alive.
  const { code, output } = await program.ended
  expect([code, output]).toEqual([0, expect.stringMatching(/^\{/)])
  const left = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Left)
  console.log(`resident in MB: ${left.map(({ rssBytes }) => (rssBytes / 2 ** 20).toFixed(1)).join(', ')}`)
  expect(left.map(({ sockets }) => sockets)).toEqual(left.map(() => 0))
  const [before, after] = left.slice(-2)
  expect(after?.rssBytes).toBeLessThan((before?.rssBytes ?? 0) * MOST_GROWTH)
  expect(after?.heapBytes).toBeLessThan((before?.heapBytes ?? 0) * MOST_GROWTH)
})
