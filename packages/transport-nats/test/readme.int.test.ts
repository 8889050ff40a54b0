// What the README shows runs, against a server.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { startServerProcess } from '../../../test-e2e/servers/server-process.ts'
import { NATS_TRANSPORT_DEFAULTS } from '../src/index.ts'
import { LOADER } from './support/echo-process.ts'
import { isServerAbsent, startServer } from './support/servers.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it.skipIf(isServerAbsent)('the usage prints what stands beside it', async () => {
  const { url } = await startServer({})
  const [, code = ''] = /```ts no-run\n([^]*?)```/.exec(readme) ?? []
  // Inside the package, so that its imports are found.
  const folder = fileURLToPath(new URL('../.cache', import.meta.url))
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    `${folder}/readme.ts`,
    code.replace('localhost:4222', url).replace('@micro/transport-nats', '../src/index.ts'),
  )
  await using program = await startServerProcess(
    process.execPath,
    ['--conditions=@micro/source', '--import', LOADER, `${folder}/readme.ts`],
    /^42$/m,
  )
  expect(program.output()).toMatch(/^42$/m)
})

it('the table of options has every option with its default', () => {
  const rows = [...readme.matchAll(/^\| `(\w+)` \|[^|]*\| (?:`'?([^`']*)'?`)? ?[^|]*\|/gm)]
  const documented = Object.fromEntries(rows.map(([, name, value]) => [name, value]))
  for (const [name, value] of Object.entries(NATS_TRANSPORT_DEFAULTS))
    expect([name, documented[name]]).toEqual([name, String(value)])
})
