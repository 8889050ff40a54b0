import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

it('no type is asserted anywhere: they all flow from the schemas', () => {
  const found = files.filter((file) =>
    /\bas (?!const\b)|\bany\b(?=[\s,;)>\]])|@ts-|\w!\./.test(withoutTexts(readFileSync(`src/${file}`, 'utf8'))),
  )
  expect(found).toEqual([])
})

/** Texts and comments at once: a text may hold what begins a comment, and the other way round. */
function withoutTexts(source: string): string {
  return source.replace(/'[^'\n]*'|`[^`]*`|\/\*[\s\S]*?\*\/|\/\/.*$/gm, "''")
}
