import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

it('no type is asserted anywhere: they all flow from the schemas', () => {
  const found = files.filter((file) =>
    /\bas (?!const\b)|\bany\b(?=[\s,;)>\]])|@ts-|\w!\./.test(withoutTexts(readFileSync(`src/${file}`, 'utf8'))),
  )
  expect(found).toEqual([])
})

function withoutTexts(source: string): string {
  return source
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    .replace(/'[^'\n]*'/g, "''")
    .replace(/`[^`]*`/g, '``')
}
