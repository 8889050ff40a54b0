import { execFile, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Line } from './fake-service.ts'

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
const COMMAND = [
  '--conditions=@micro/source',
  `--import=${fileURLToPath(new URL('../../../scripts/typescript-loader.mjs', import.meta.url))}`,
  fixture('failing-service.ts'),
]

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'micro-logger-process-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

interface Ended {
  readonly code: number | string | null
  readonly stdout: string
  readonly stderr: string
}

function run(...args: string[]): Promise<Ended> {
  return runWith([], ...args)
}

function runWith(flags: readonly string[], ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...flags, ...COMMAND, ...args],
      { timeout: 50_000 },
      (_error, stdout, stderr) => {
        resolve({ code: child.signalCode ?? child.exitCode, stdout, stderr })
      },
    )
  })
}

const parsed = (text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)

const ALL = Array.from({ length: 1000 }, (_, index) => index)
const indexesOf = (lines: readonly Line[]): unknown[] =>
  lines.map((line) => line['index']).filter((index) => index !== undefined)

// Seconds on an idle machine, most of it for compiling; other packages' tests may run beside them.
describe.concurrent('a real process', { timeout: 60_000 }, () => {
  it.each([
    ['fail', 'a fatal error'],
    ['throw', 'an uncaught error'],
    ['reject', 'an unhandled rejection'],
  ])('ends with code 1 after its service has drained, its last lines written: %s', async (ending, message) => {
    const files = join(folder, ending)
    const { code, stdout, stderr } = await run(ending, files)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    const fatal = { level: 'fatal', service: 'bank', err: { message } }
    const ends = [fatal, { level: 'info', module: 'worker', msg: 'drained' }]
    expect(parsed(stdout).slice(-2)).toMatchObject(ends)
    expect(parsed(await readFile(join(files, 'info.1.log'), 'utf8'))).toEqual(parsed(stdout))
    expect(parsed(await readFile(join(files, 'error.1.log'), 'utf8'))).toMatchObject([fatal])
  })

  it('takes an unhandled rejection as fatal also where Node would let it pass', async () => {
    const { code, stdout } = await runWith(['--unhandled-rejections=none'], 'reject')
    expect(code).toBe(1)
    expect(parsed(stdout).at(-2)).toMatchObject({ level: 'fatal', err: { message: 'an unhandled rejection' } })
  })

  it('loses no pretty line either', async () => {
    const { code, stdout } = await run('throw', '', 'pretty')
    expect(code).toBe(1)
    expect(stdout).toMatch(/FATAL: .*\n[\s\S]*an uncaught error[\s\S]*INFO: drained\n[^\n]*worker[^\n]*\n$/)
  })

  it.each([
    ['kill', 'SIGKILL'],
    ['exit', 3],
    ['stop', 0],
  ])('loses no line of 1000 when it ends at once: %s', async (ending, code) => {
    const files = join(folder, ending)
    const ended = await run(ending, files)
    expect(ended.code).toBe(code)
    const lines = parsed(ended.stdout)
    expect(indexesOf(lines)).toEqual(ALL)
    expect(parsed(await readFile(join(files, 'info.1.log'), 'utf8'))).toEqual(lines)
  })

  it.runIf(process.platform === 'linux')('goes on when its standard output is on a full disk', async () => {
    const files = join(folder, 'full')
    const stdout = openSync('/dev/full', 'w')
    const child = spawn(process.execPath, [...COMMAND, 'stop', files], { stdio: ['ignore', stdout, 'pipe'] })
    let stderr = ''
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        /^logger: cannot write to standard output, lines may be lost there: ENOSPC[^\n]*\nstopped\n$/,
      ) as string,
    })
    expect(indexesOf(parsed(await readFile(join(files, 'info.1.log'), 'utf8')))).toEqual(ALL)
  })

  it('goes on when the reader of its standard output has gone', async () => {
    const files = join(folder, 'gone')
    const child = spawn(process.execPath, [...COMMAND, 'stop', files], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/stopped\n$/) as string })
    expect(indexesOf(parsed(await readFile(join(files, 'info.1.log'), 'utf8')))).toEqual(ALL)
  })
})
