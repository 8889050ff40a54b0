import { describe, expect, it } from 'vitest'
import { createMicro, loadSheets, type WiringProblem } from '@micro/core'

const load = (file: string): Promise<unknown> => import(/* @vite-ignore */ file)

describe('loadSheets', () => {
  it('finds sheets by folder and file name beside the service', async () => {
    const sheets = await loadSheets(new URL('./sheets/service.ts', import.meta.url).href, load)
    expect(
      Object.fromEntries(Object.entries(sheets).map(([folder, found]) => [folder, (found as unknown[]).length])),
    ).toEqual({
      contracts: 2,
      events: 1,
      models: 1,
      rules: 1,
      reducers: 1,
      views: 1,
    })
    await using micro = createMicro({ name: 'greeter', sheets })
    await micro.start()
    await micro.act('say hello', { name: 'Ada' })
    await expect(micro.act('greetings', {})).resolves.toEqual([{ name: 'Ada' }])
  })

  it('finds nothing where there are no folders', async () => {
    const sheets = await loadSheets(new URL('./support/service.ts', import.meta.url).href, load)
    expect(sheets).toEqual({ contracts: [], events: [], models: [], rules: [], reducers: [], views: [] })
  })

  it('reports every file that is not as its folder and name say', async () => {
    const loading = loadSheets(new URL('./broken-sheets/service.ts', import.meta.url).href, load)
    const error = await loading.catch((thrown: unknown) => thrown)
    const { problems } = (error as { details: { problems: readonly WiringProblem[] } }).details
    expect(problems.map(({ message }) => message)).toEqual([
      'rules/nothing.ts is in rules/ but its name does not end in .rule',
      'rules/nothing.ts exports no rule',
      'rules/say-goodbye.rule.ts holds the rule of "say hello"',
    ])
  })
})
