import { readdirSync } from 'node:fs'
import { memoryProjectionStore, type ProjectionStoreProvider } from '@micro/core'
import { describe, expect, it } from 'vitest'
import { collectChecks, type CollectedCheck } from '../src/conformance/collect-checks.ts'
import { coverageOf } from '../src/conformance/promise-registry.ts'
import { PROJECTION_STORE_PROMISES, projectionStoreConformance } from '../src/projection-store/index.ts'
import { FAILING_CHECKS } from './projection-store-broken-failing.ts'
import { broken, BROKEN_STORES } from './projection-store-broken.ts'

function checksOf(provider: () => ProjectionStoreProvider): readonly CollectedCheck[] {
  const create = async () => ({ provider: provider() })
  return collectChecks(
    (runner) => projectionStoreConformance({ name: 'broken', create, runner, seed: 1, scale: 0.02 }),
    { idleMs: 500 },
  )
}

describe('projectionStoreConformance', () => {
  it('has a check for every promise, and no check without one', () => {
    const titles = checksOf(memoryProjectionStore).map(({ title }) => title)
    expect(coverageOf(PROJECTION_STORE_PROMISES, titles)).toEqual({ withoutCheck: [], unknown: [] })
    expect(new Set(titles).size).toBe(titles.length)
  })

  it('registers every file of checks', () => {
    const files = readdirSync(new URL('../src/projection-store/', import.meta.url)).filter((name) =>
      name.startsWith('checks-'),
    )
    expect(files.length).toBe(9)
  })

  it('refuses an unknown option', () => {
    const options = { name: 'x', create: async () => ({ provider: memoryProjectionStore() }), runner: { describe, it } }
    expect(() => projectionStoreConformance({ ...options, creat: 1 } as never)).toThrow(TypeError)
  })

  it('passes the store that all broken ones are made from', async () => {
    const { make } = broken('has no flaw', 'PS-GET-ORDER', () => () => ({}))
    for (const check of checksOf(make)) await expect(check.run()).resolves.toBeUndefined()
  })

  it('knows of every broken store what it fails', () => {
    expect(Object.keys(FAILING_CHECKS).toSorted()).toEqual(BROKEN_STORES.map(({ flaw }) => flaw).toSorted())
  })

  for (const { flaw, promise, make } of BROKEN_STORES) {
    it(`fails a store that ${flaw}, in a check of ${promise}`, { timeout: 120_000 }, async () => {
      // One after the other: checks of one suite share the hooks that clean up.
      const failed: CollectedCheck[] = []
      for (const check of checksOf(make)) await check.run().catch(() => failed.push(check))
      expect(failed.map(({ title }) => title).toSorted()).toEqual(FAILING_CHECKS[flaw]?.toSorted())
      const first = failed.find(({ title }) => title === FAILING_CHECKS[flaw]?.[0])
      expect(first?.ids).toContain(promise)
    })
  }
})
