// Each package as npm gives it to somebody: packed, installed alone into an empty folder elsewhere, checked and run there.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { install, installedPackages, packAll } from './support/packed.ts'
import { startProgram } from './support/program.ts'
import { tempFolder } from './support/temp-folder.ts'
import { compile } from './support/type-check.ts'
import { adapterUsages, coreUsage, type Usage } from './support/usages.ts'
import { inRoot, publishedPackages } from './support/workspace.ts'

/** None of these is anywhere but with the package that needs it. */
const DRIVERS = [
  'nats',
  '@nats-io/transport-node',
  'mongodb',
  '@eventstore/db-client',
  '@kurrent/kurrentdb-client',
  'taffydb',
  'pino',
  'fastify',
  '@photostructure/sqlite',
  'better-sqlite3',
  'typebox',
  'zod',
  'vitest',
]

const folder = tempFolder()
let tarballs: ReadonlyMap<string, string>

beforeAll(async () => {
  tarballs = await packAll(folder.path)
})
afterAll(() => folder[Symbol.dispose]())

const tarballOf = (name: string): string => tarballs.get(name) ?? `no tarball of ${name}`

/** What a consumer of these packages alone meets. */
async function tryOut(usage: Usage, packages: readonly string[]): Promise<object> {
  using consumer = tempFolder()
  await install(consumer.path, packages.map(tarballOf))
  const installed = installedPackages(consumer.path)
  const names = installed.map(({ name }) => name).toSorted()
  const ours = installed.filter(({ name }) => name.startsWith('@micro/'))

  mkdirSync(join(consumer.path, 'src'))
  writeFileSync(join(consumer.path, 'src', 'main.ts'), usage.code)
  // The declarations of Node are what every program on Node has; they come from here to spare a download.
  const types = { types: ['node'], typeRoots: [inRoot('node_modules', '@types')] }
  const compilerSays = await compile(consumer.path, { ...types, skipLibCheck: false })
  const { code, output } = await startProgram([join('out', 'main.js')], { cwd: consumer.path }).ended
  return {
    drivers: names.filter((name) => DRIVERS.includes(name)),
    // Each once: two cores in one process would not know each other's errors and secrets.
    ours: ours.map(({ name }) => name).toSorted(),
    // What only a workspace understands would make a package impossible to install.
    unresolved: ours
      .filter((manifest) => /"(workspace|catalog):/.test(JSON.stringify(manifest)))
      .map(({ name }) => name),
    compilerSays,
    code,
    output,
  }
}

const soundly = ({ brings, prints }: Usage, packages: readonly string[]): object => ({
  drivers: brings.toSorted(),
  ours: packages.toSorted(),
  unresolved: [],
  compilerSays: '',
  code: 0,
  output: expect.stringMatching(prints) as string,
})

describe('each published package', () => {
  it('is one of those that are tried here', () => {
    const names = publishedPackages().map(({ manifest }) => manifest.name)
    expect([coreUsage, ...adapterUsages].map(({ name }) => name).toSorted()).toEqual(names.toSorted())
  })

  it('holds what it needs and no test', async () => {
    const listed = [...tarballs].map(async ([name, tarball]) => {
      const { output } = await startProgram(['-tzf', tarball], { cwd: folder.path, command: 'tar' }).ended
      return [name, output.trim().split('\n')] as const
    })
    for (const [name, files] of await Promise.all(listed)) {
      const needed = ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts']
      expect([name, files]).toEqual([name, expect.arrayContaining(needed.map((file) => `package/${file}`))])
      expect(files.filter((file) => /\.test(-d)?\.|tsbuildinfo|\/test\/|\.cache|node_modules/.test(file))).toEqual([])
    }
  })
})

describe('core alone', () => {
  it('type-checks under strict NodeNext and runs, with no driver beside it', async () => {
    const packages = ['@micro/core']
    expect(await tryOut(coreUsage, packages)).toEqual(soundly(coreUsage, packages))
  })
})

describe.each(adapterUsages)('core and $name', (usage) => {
  it('type-check and run, with no other driver beside them', async () => {
    const packages = ['@micro/core', usage.name]
    expect(await tryOut(usage, packages)).toEqual(soundly(usage, packages))
  })
})
