import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { DEFAULTS, memoryEventStore, memoryProjectionStore, memoryTransport } from '@micro/core'
import { MEMORY_EVENT_STORE_DEFAULTS } from '../../src/memory/memory-event-store.ts'
import { MEMORY_TRANSPORT_DEFAULTS } from '../../src/memory/memory-transport.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const readme = read('../../README.md')
const declared = read('../../src/micro/options.ts')

/** Option → default, as the table of the README has them. */
const table = new Map(
  Array.from(readme.matchAll(/^\| `(\w+)` \| [^|]+ \| ([^|]+) \| [^|]+ \|$/gm), ([, name, value]): [string, string] => [
    name as string,
    (value as string).replaceAll('`', '').trim(),
  ]),
)

it('names every option of createMicro, in the order in which it is declared', () => {
  const members = /interface MicroOptions \{([\s\S]*?)\n\}/.exec(declared)?.[1] ?? ''
  const names = Array.from(members.matchAll(/^ {2}readonly (\w+)\??:/gm), ([, name]) => name)
  expect([...table.keys()]).toEqual(names)
})

it('gives the defaults that there are, and so do the comments', () => {
  const written = Object.entries(DEFAULTS).map(([name, value]) => [
    name,
    typeof value === 'string' ? `'${value}'` : String(value),
  ])
  expect(written.map(([name = '']) => [name, table.get(name)])).toEqual(written)
  const commented = declared.matchAll(/@default (\S+) \*\/\n {2}readonly (\w+)\?:/g)
  const ofComments = new Map(Array.from(commented, ([, value, name]) => [name, value]))
  expect(written.map(([name]) => [name, ofComments.get(name)])).toEqual(written)
})

it('shows the options and capabilities of the memory adapters', () => {
  const shown = (object: object): string =>
    Object.entries(object)
      .map(([name, value]) => `${name}: ${typeof value === 'string' ? `'${value}'` : String(value)}`)
      .join(', ')
  expect(readme).toContain(`\`memoryEventStore({ ${shown(MEMORY_EVENT_STORE_DEFAULTS)} })\``)
  expect(readme).toContain(`\`memoryTransport({ ${shown(MEMORY_TRANSPORT_DEFAULTS)} })\``)
  const adapters = {
    'event store': memoryEventStore(),
    'projection store': memoryProjectionStore(),
    transport: memoryTransport(),
  }
  for (const [name, { capabilities }] of Object.entries(adapters))
    expect(readme).toContain(
      `| ${name} | ${shown(capabilities)
        .split(', ')
        .map((part) => `\`${part}\``)
        .join(', ')} |`,
    )
})
