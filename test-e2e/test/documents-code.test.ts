// What documents show of TypeScript compiles as a user compiles it, runs, and gives the values that stand beside it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, it } from 'vitest'
import { fencesIn, placeOf, readDocuments } from './support/documents.ts'
import { filesOf, withAssertions } from './support/fence-code.ts'
import { startProgram } from './support/program.ts'
import { tempFolder } from './support/temp-folder.ts'
import { compile } from './support/type-check.ts'

const TYPESCRIPT = ['ts', 'typescript', 'js', 'javascript']
const END = 'the fence has run to its end'

const fences = readDocuments().map((document) =>
  fencesIn(document).filter(({ language }) => TYPESCRIPT.includes(language)),
)
const files = fences.flatMap((ofDocument) => filesOf(ofDocument))
// Inside this package, so that imports are found as in a service that depends on all packages.
const folder = fileURLToPath(new URL('../.cache/documents', import.meta.url))
const assertionsUrl = new URL('support/fence-assertions.mjs', import.meta.url).href
let problems: readonly string[]

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  for (const { path, code } of files) {
    mkdirSync(dirname(join(folder, 'src', path)), { recursive: true })
    writeFileSync(join(folder, 'src', path), code)
  }
  problems = (await compile(folder, { types: ['node'] })).split('\n')
})

it('the documents show code', () => {
  expect(files.length).toBeGreaterThan(0)
})

it.each(files.map((file) => [placeOf(file.fence), file.path] as const))('%s compiles (%s)', (_, path) => {
  expect(problems.filter((problem) => problem.includes(path) || problem.startsWith('error'))).toEqual([])
})

const runnable = files.filter(({ isRun }) => isRun)

it.each(runnable.map((file) => [placeOf(file.fence), file.path] as const))(
  '%s runs and shows what it says (%s)',
  async (_, path) => {
    using here = tempFolder()
    const emitted = join(folder, 'out', path.replace(/\.ts$/, '.js'))
    const { code } = withAssertions(readFileSync(emitted, 'utf8'), assertionsUrl)
    writeFileSync(emitted, `${code}\nconsole.log(${JSON.stringify(`\n${END}`)})\n`)
    await using program = startProgram([emitted], { cwd: here.path })
    await program.printed(new RegExp(`^${END}$`, 'm'))
    // A service goes on; what does not has to end well.
    program.signal('SIGTERM')
    const { code: exitCode, signal } = await program.ended
    expect(exitCode ?? signal).toBeOneOf([0, 'SIGTERM'])
  },
)
