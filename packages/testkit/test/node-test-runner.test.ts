import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'

const packages = fileURLToPath(new URL('../../', import.meta.url))
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
let folder: string

const CONFORMANCE = `
import { memoryEventStore, memoryTransport } from '@micro/core'
import { eventStoreConformance } from '@micro/testkit/event-store'
import { transportConformance } from '@micro/testkit/transport'
import { afterEach, beforeEach, describe, it } from 'node:test'

const runner = { describe, it, beforeEach, afterEach }
const create = async () => { const provider = memoryEventStore(); return { provider, reopen: async () => provider } }
const broken = async () => {
  const provider = memoryEventStore()
  return { provider: { ...provider, open: async (host) => Object.assign(await provider.open(host), { head: async () => 1 }) } }
}
if (process.argv.includes('broken')) eventStoreConformance({ name: 'broken', create: broken, runner, scale: 0.01 })
else {
  eventStoreConformance({ name: 'memory', create, runner, scale: 0.01 })
  transportConformance({ name: 'memory', create: async () => ({ provider: memoryTransport() }), runner, scale: 0.01 })
}
`

// Node 20 runs no TypeScript, so both packages are compiled as they would be published, into a folder of their own.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'micro-node-test-'))
  for (const name of ['core', 'testkit']) {
    const target = join(folder, 'node_modules/@micro', name)
    await mkdir(target, { recursive: true })
    await cp(join(packages, name, 'package.json'), join(target, 'package.json'))
    const options = ['--outDir', join(target, 'dist'), '--tsBuildInfoFile', join(folder, `${name}.info`)]
    // Types are checked elsewhere; here only the JavaScript counts.
    await run([tsc, '-p', join(packages, name), ...options, '--noCheck', '--noEmitOnError', 'false'])
  }
  await symlink(join(packages, 'core/node_modules'), join(folder, 'node_modules/@micro/core/node_modules'))
  await writeFile(join(folder, 'conformance.test.mjs'), CONFORMANCE)
}, 120_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

it('the suites run under node:test', { timeout: 120_000 }, async () => {
  const { code, output } = await run(['--test', join(folder, 'conformance.test.mjs')])
  expect(output).toMatch(/# fail 0/)
  expect(Number(/# pass (\d+)/.exec(output)?.[1])).toBeGreaterThan(90)
  expect(code).toBe(0)
})

it('a broken store fails under node:test', { timeout: 120_000 }, async () => {
  const { code, output } = await run([join(folder, 'conformance.test.mjs'), 'broken'])
  expect(output).toMatch(/not ok \d+ - ES-HEAD/)
  expect(code).not.toBe(0)
})

async function run(args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  // The reporter is chosen here, for Node's default differs between a terminal and a pipe, and between versions.
  const reporter = args[0] === tsc ? [] : ['--test-reporter=tap']
  const child = spawn(process.execPath, [...reporter, ...args], { cwd: folder, env: { PATH: process.env['PATH'] } })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const code = await new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject))
  return { code, output }
}
