import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scaled } from '@micro/testkit'
import { afterAll, describe, expect, it } from 'vitest'
import type { ReadingPlan, ReadingReport } from './support/reading-program.ts'
import { TYPESCRIPT_ARGS } from './support/typescript-program.ts'

const MOST_GROWTH = 150_000_000
/** Characters that a store would hold which kept what was read, or what waits to be read: far more than may grow. */
const ALL = 300_000_000
/** Both stores give at most so many events at once, and the rest of the append that the last one belongs to. */
const MOST_IN_A_BATCH = 512 + 100

const EVENTS = scaled(1_000_000, 20_000)
/** A store that reads ahead must have the time to do it. */
const SLOW_MS = scaled(10_000, 4000)

const folder = mkdtempSync(join(tmpdir(), 'micro-reading-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(['memory', 'sqlite'] as const)('[12] reading from %s', (kind) => {
  const file = (name: string): string | undefined => (kind === 'sqlite' ? join(folder, name) : undefined)

  it('streams a million events in bounded memory', { timeout: 600_000 }, async () => {
    const plan = { file: file('long.db'), events: EVENTS, size: Math.ceil(ALL / EVENTS) }
    if (kind === 'sqlite') await run({ ...plan, work: 'fill' })
    const { growth, largestBatch, ...report } = await run({ ...plan, work: 'read' })
    expect(report).toEqual({ events: EVENTS, waiting: 0 })
    expect(largestBatch).toBeLessThanOrEqual(MOST_IN_A_BATCH)
    expect(growth).toBeLessThan(MOST_GROWTH)
  })

  it('buffers no more than one batch for a consumer of one event per millisecond', { timeout: 300_000 }, async () => {
    const size = 20_000
    // What such a consumer can take at most, and what is to wait for it.
    const events = SLOW_MS + ALL / size
    const report = await run({ file: file('slow.db'), events, size, slowMs: SLOW_MS, work: 'lag' })
    expect(report.events).toBeGreaterThan(0)
    expect(report.waiting * size).toBeGreaterThan(MOST_GROWTH)
    expect(report.largestBatch).toBeLessThanOrEqual(MOST_IN_A_BATCH)
    expect(report.growth).toBeLessThan(MOST_GROWTH)
  })
})

async function run(plan: ReadingPlan): Promise<ReadingReport> {
  const program = fileURLToPath(new URL('support/reading-program.ts', import.meta.url))
  const child = fork(program, [JSON.stringify(plan)], {
    execArgv: [...TYPESCRIPT_ARGS, '--expose-gc', '--max-old-space-size=4096'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  let report: ReadingReport | undefined
  child.once('message', (message: ReadingReport) => (report = message))
  const [code] = (await ended) as [number | null]
  if (report === undefined || code !== 0) throw new Error(`The reading program ended with ${code}`)
  return report
}
