import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { DEFAULTS, HTTP_STATUS } from '../src/index.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
const rows = readme.split('\n').filter((line) => line.startsWith('| '))

it('names every option', () => {
  const named = rows.flatMap((row) => Array.from((row.split('|')[1] ?? '').matchAll(/`(\w+)`/g), ([, name]) => name))
  expect(named).toEqual(expect.arrayContaining(['micro', 'logger', ...Object.keys(DEFAULTS)]))
})

it('lists every code beside its status, and no other', () => {
  const listed = rows
    .filter((row) => row.includes('MICRO_'))
    .flatMap((row) => {
      const [statuses = '', codes = ''] = row.split('|').slice(1)
      const groups = codes.split('·')
      return statuses.split('·').flatMap((status, at) => {
        const group = groups.length === 1 ? codes : (groups[at] ?? '')
        return Array.from(group.matchAll(/MICRO_\w+/g), ([code]) => `${code} ${Number(status)}`)
      })
    })
  const expected = Object.entries(HTTP_STATUS).map(([code, { status }]) => `${code} ${status}`)
  expect(listed.toSorted()).toEqual(expected.toSorted())
})
