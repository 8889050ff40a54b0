// The launcher that tests and scripts share.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { basename, join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { cacheFolder, findBinaries, versionOf } from '../servers/find-binaries.ts'
import { findNatsServers, useNatsServer } from '../servers/nats-server.ts'
import { startProgram } from './support/program.ts'
import { tempFolder } from './support/temp-folder.ts'
import { until } from './support/until.ts'

afterEach(() => vi.unstubAllEnvs())

/** Whether somebody listens there. */
function isListening(url: string): Promise<boolean> {
  const [host, port] = url.split(':')
  return new Promise((resolve) => {
    const socket = createConnection({ host: host as string, port: Number(port) })
    const end = (is: boolean) => () => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', end(true)).once('error', end(false))
  })
}

it('uses the server of an address in the environment and starts none', async () => {
  vi.stubEnv('NATS_URL', 'nats.example.com:4222')
  await using server = await useNatsServer()
  expect(server.url).toBe('nats.example.com:4222')
})

it('finds no program that is nowhere, and finds one of the cache folder by its version', () => {
  expect(findBinaries('no-such-server')).toEqual([])
  using cache = tempFolder()
  vi.stubEnv('XDG_CACHE_HOME', cache.path)
  vi.stubEnv('PATH', '')
  mkdirSync(cacheFolder(), { recursive: true })
  for (const name of ['some-server', 'some-server-2.9', 'another']) {
    writeFileSync(join(cacheFolder(), name), '#!/bin/sh\necho "some-server: v1.2.3"\n', { mode: 0o700 })
  }
  writeFileSync(join(cacheFolder(), 'some-server-text'), 'not to be run')
  const found = findBinaries('some-server')
  expect(found.map((path) => basename(path)).toSorted()).toEqual(['some-server', 'some-server-2.9'])
  expect(found.map((path) => versionOf(path))).toEqual(['1.2.3', '1.2.3'])
})

it.skipIf(findNatsServers().length === 0)('starts one on a free port, and stops it', async () => {
  vi.stubEnv('NATS_URL', '')
  const [one, two] = [await useNatsServer(), await useNatsServer()]
  expect(one.url).not.toBe(two.url)
  expect([await isListening(one.url), await isListening(two.url)]).toEqual([true, true])
  await Promise.all([one[Symbol.asyncDispose](), two[Symbol.asyncDispose]()])
  expect([await isListening(one.url), await isListening(two.url)]).toEqual([false, false])
})

it.skipIf(findNatsServers().length === 0)(
  'a program that ends without stopping its server leaves none behind',
  async () => {
    const launcher = new URL('../servers/nats-server.ts', import.meta.url).href
    const loader = new URL('../../scripts/typescript-loader.mjs', import.meta.url).href
    const code = `const { url } = await (await import(${JSON.stringify(launcher)})).useNatsServer(); console.log('at ' + url + '.'); process.exit(3)`
    await using program = startProgram(['--import', loader, '--input-type=module', '-e', code], { cwd: process.cwd() })
    const { code: exitCode, output } = await program.ended
    const [, url = ''] = /^at (.*)\.$/m.exec(output) ?? []
    expect([exitCode, url]).toEqual([3, expect.stringMatching(/:\d+$/)])
    await until('it is gone', async () => !(await isListening(url)))
  },
)
