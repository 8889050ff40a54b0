import { createMicro } from '@micro/core'
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { collectChecks, type CollectedCheck } from '../src/conformance/collect-checks.ts'
import { coverageOf } from '../src/conformance/promise-registry.ts'
import {
  type MakeService,
  MODULE_PROMISES,
  moduleConformance,
  type ModuleConformanceOptions,
  moduleLoaderConformance,
} from '../src/module/index.ts'
import { beating, BROKEN_LOADERS, BROKEN_MODULES } from './module-broken.ts'

const fixed = { seed: 1, patienceMs: 1_000 }

const loaderChecks = (make: MakeService = createMicro): readonly CollectedCheck[] =>
  collectChecks((runner) => moduleLoaderConformance({ name: 'loader', make, runner, ...fixed }))

const moduleChecks = (create: ModuleConformanceOptions['create']): readonly CollectedCheck[] =>
  collectChecks((runner) => moduleConformance({ name: 'module', create, runner, ...fixed }))

async function failuresOf(checks: readonly CollectedCheck[], promise: string): Promise<readonly string[]> {
  const results = await Promise.allSettled(
    checks.filter(({ ids }) => ids.includes(promise)).map((check) => check.run()),
  )
  return results.map(({ status }) => status)
}

describe('the module suites', () => {
  it('have a check for every promise, and no check without one', () => {
    const titles = [...loaderChecks(), ...moduleChecks(beating)].map(({ title }) => title)
    expect(coverageOf(MODULE_PROMISES, titles)).toEqual({ withoutCheck: [], unknown: [] })
    expect(new Set(titles).size).toBe(titles.length)
  })

  it('show every promise in the suite of the loader, but for what only a module itself can keep', () => {
    const titles = loaderChecks().map(({ title }) => title)
    expect(coverageOf(MODULE_PROMISES, titles)).toEqual({ withoutCheck: ['MO-STOP-QUIET'], unknown: [] })
  })

  it('register every file of checks', () => {
    const files = readdirSync(new URL('../src/module/', import.meta.url)).filter((name) => name.startsWith('checks-'))
    expect(files).toEqual(['checks-context.ts', 'checks-lifecycle.ts', 'checks-loading.ts', 'checks-own-module.ts'])
  })

  it('have a broken loader or module for every promise', () => {
    const shown = new Set([...BROKEN_LOADERS, ...BROKEN_MODULES].map(({ promise }) => promise))
    expect(Object.keys(MODULE_PROMISES).filter((id) => !shown.has(id as never))).toEqual([])
  })

  it('refuse an unknown option', () => {
    const runner = { describe, it, beforeEach: it, afterEach: it } as never
    expect(() => moduleConformance({ name: 'x', create: beating, runner, creat: 1 } as never)).toThrow(
      /unknown option "creat"/,
    )
    expect(() => moduleConformance({ name: 'x', runner } as never)).toThrow(TypeError)
    expect(() => moduleLoaderConformance({ name: 'x', runner, create: 1 } as never)).toThrow(/unknown option "create"/)
  })

  it.each(['shared', 'exclusive'] as const)('pass a %s module that cleans up after itself', async (scope) => {
    for (const check of moduleChecks(() => beating({}, scope))) await check.run()
    expect(moduleChecks(beating).length).toBeGreaterThan(5)
  })

  it.each(BROKEN_LOADERS)('fail a loader that $flaw, in a check of $promise', async ({ promise, make }) => {
    expect(await failuresOf(loaderChecks(make), promise)).toContain('rejected')
  })

  it.each(BROKEN_MODULES)('fail a module that $flaw, in a check of $promise', async ({ promise, create }) => {
    expect(await failuresOf(moduleChecks(create), promise)).toContain('rejected')
  })
})
