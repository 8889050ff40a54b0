import { describe, expect, it } from 'vitest'
import { collectChecks } from '../src/conformance/collect-checks.ts'
import { eventStoreConformance } from '../src/event-store/index.ts'
import { BROKEN_STORES, type BrokenStore } from './broken-event-stores.ts'

async function failuresOf({ create }: BrokenStore): Promise<readonly string[]> {
  const checks = collectChecks(
    (runner) => eventStoreConformance({ name: 'broken', create, runner, scale: 0.02, seed: 7, patienceMs: 20_000 }),
    { idleMs: 500 },
  )
  const failed: string[] = []
  for (const { title, run } of checks) await run().catch(() => failed.push(title))
  return failed
}

describe('the event store suite finds', () => {
  for (const [fault, store] of Object.entries(BROKEN_STORES)) {
    it(`${fault}`, { timeout: 120_000 }, async () => {
      const failed = await failuresOf(store)
      const found = store.failing.map(
        (title) => failed.find((failure) => failure.startsWith(title)) ?? `passed: ${title}`,
      )
      expect([...failed].sort()).toEqual([...found].sort())
    })
  }
})
