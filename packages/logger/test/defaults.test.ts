import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { DEFAULTS, FILE_DEFAULTS } from '../src/index.ts'

const source = readFileSync(new URL('../src/options.ts', import.meta.url), 'utf8')
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** `name → text of its @default` for the properties of an interface. */
function tagsOf(name: string): Record<string, string | undefined> {
  const body = new RegExp(`interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? ''
  const properties = body.matchAll(/\/\*\*([\s\S]*?)\*\/\s*readonly (\w+)\??:/g)
  return Object.fromEntries(
    [...properties].map(([, comment = '', key = '']) => [key, /@default (.+?) *$/m.exec(comment)?.[1]]),
  )
}

function valueOf(text: string): unknown {
  return JSON.parse(text.replaceAll("'", '"').replaceAll(/(?<=\d)_(?=\d)/g, ''))
}

it.each([
  ['LoggerOptions', DEFAULTS, ['destination', 'files']],
  ['LogFilesOptions', FILE_DEFAULTS, ['folder']],
] as const)('%s: each @default is the one that is used', (name, defaults, without) => {
  const tags = Object.entries(tagsOf(name))
  const tagged = tags.filter(([, text]) => text !== undefined).map(([key, text = '']) => [key, valueOf(text)])
  expect(Object.fromEntries(tagged)).toEqual(defaults)
  expect(tags.filter(([, text]) => text === undefined).map(([key]) => key)).toEqual(without)
})

it('cannot be changed', () => {
  for (const defaults of [DEFAULTS, FILE_DEFAULTS, DEFAULTS.redact]) expect(Object.isFrozen(defaults)).toBe(true)
})

it('stands in the README as it is', () => {
  const rows = [
    ...Object.entries(DEFAULTS),
    ...Object.entries(FILE_DEFAULTS).map(([key, value]) => [`files.${key}`, value]),
  ]
  for (const [key, value] of rows as [string, unknown][]) {
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${key}\` `))
    const shown = row?.split(' | ')[2]?.replaceAll('`', '') ?? 'no row'
    expect([key, valueOf(shown)]).toEqual([key, value])
  }
})
