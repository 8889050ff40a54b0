import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { defer } from './bench.ts'

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)))

export type Line = readonly [kind: string, ...values: (string | number)[]]

/** A running `child.mjs`. */
export interface Child {
  readonly pid: number
  /** All that it told so far. */
  readonly lines: readonly Line[]
  /** The first line of a kind, now or later. */
  line(kind: string): Promise<Line>
  kill(signal: NodeJS.Signals): Promise<void>
  ended(): Promise<number | null>
}

/** Processes run what is published, so that is built when a source is newer. */
export function buildPackage(): void {
  const lock = join(packageFolder, '.cache', 'test-build')
  for (;;) {
    if (isBuilt()) return
    try {
      mkdirSync(dirname(lock), { recursive: true })
      mkdirSync(lock)
    } catch {
      // Another test file builds; a lock that outlived its build is broken.
      if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 120_000) rmSync(lock, { recursive: true })
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
      continue
    }
    try {
      execFileSync(join(packageFolder, 'node_modules', '.bin', 'tsc'), ['-b'], { cwd: packageFolder, stdio: 'inherit' })
      return
    } finally {
      rmSync(lock, { recursive: true })
    }
  }
}

function isBuilt(): boolean {
  const core = join(packageFolder, 'node_modules', '@micro', 'core')
  return [packageFolder, core].every((folder) => newest(join(folder, 'src')) < newest(join(folder, 'dist')))
}

function newest(folder: string): number {
  if (!existsSync(folder)) return 0
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Math.max(0, ...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs))
}

/** Starts `child.mjs`; `before` is put in front of the command, for example `strace` with its options. */
export function startChild(options: Readonly<Record<string, unknown>>, before: readonly string[] = []): Child {
  const [command, ...rest] = [
    ...before,
    process.execPath,
    join(packageFolder, 'test', 'child.mjs'),
    JSON.stringify(options),
  ]
  const child = spawn(command as string, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: Line[] = []
  const waiting = new Set<() => void>()
  const wake = (): void => waiting.forEach((look) => look())
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line) as Line)
    wake()
  })
  const ended = endOf(child, wake)
  defer(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    pid: child.pid as number,
    lines,
    line: (kind) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => line[0] === kind)
          if (found !== undefined) resolve(found)
          else if (child.exitCode === null && child.signalCode === null) return
          else reject(new Error(`The child ended and told no "${kind}": ${JSON.stringify(lines.slice(-3))}`))
          waiting.delete(look)
        }
        waiting.add(look)
        look()
      }),
    kill: async (signal) => {
      child.kill(signal)
      await ended
    },
    ended: () => ended,
  }
}

/** Resolves when the process has ended and all that it told has been read. */
function endOf(child: ChildProcess, wake: () => void): Promise<number | null> {
  return new Promise((resolve) => {
    child.on('close', (code) => {
      wake()
      resolve(code)
    })
  })
}
