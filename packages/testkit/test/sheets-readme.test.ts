import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { DEFAULT_SCALE } from '../src/scale.ts'
import { CONFORMANCE_DEFAULTS } from '../src/conformance/runner.ts'
import { SEEDED_RUNTIME_DEFAULTS } from '../src/index.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const [usage = ''] = Array.from(readme.matchAll(/^```ts\n([^]*?)^```/gm), ([, code = '']) => code)

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the README', () => {
  it('shows a usage that runs', async () => {
    const folder = new URL('../.cache/', import.meta.url)
    const file = new URL('readme-usage.ts', folder)
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, usage)
    const log = vi.spyOn(console, 'log').mockReturnValue(undefined)
    await import(file.pathname)
    expect(log).toHaveBeenCalledWith(
      SEEDED_RUNTIME_DEFAULTS.startAt,
      expect.arrayContaining([expect.objectContaining({ type: 'note written', data: { text: 'b' } })]),
    )
  })

  it('tells the defaults as they are', () => {
    expect(readme).toContain(`| \`seed\` | \`number\` | \`${SEEDED_RUNTIME_DEFAULTS.seed}\` |`)
    expect(new Date(SEEDED_RUNTIME_DEFAULTS.startAt).toISOString()).toBe('2025-01-01T00:00:00.000Z')
    expect(readme).toContain(`\`autoAdvance\` (\`${String(SEEDED_RUNTIME_DEFAULTS.autoAdvance)}\` unless said)`)
    expect(readme).toContain(`(\`MICRO_TEST_SCALE\`, else ${DEFAULT_SCALE})`)
    expect(readme).toContain(`\`patienceMs\` (${CONFORMANCE_DEFAULTS.patienceMs})`)
  })
})
