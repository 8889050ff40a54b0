import { spawn } from 'node:child_process'
import { afterAll } from 'vitest'

/** A process that has been started here, and is ended by its own id only. */
export interface Program extends AsyncDisposable {
  readonly pid: number
  /** What it has printed so far, on both outputs. */
  output(): string
  /** Resolves with the first match in what it has printed or will print; fails when it ends without. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  signal(name: NodeJS.Signals): void
  /** The same as `kill -9`; resolves when it is gone. */
  kill(): Promise<void>
  readonly ended: Promise<Ended>
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
}

export interface ProgramOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly command?: string
  /** It starts others that would outlive it: `kill` ends them all. */
  readonly isGroup?: boolean
}

/** What a program needs to find its own tools, and nothing that the test runner has put there. */
export function plainEnvironment(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(path|home|tmpdir|temp|tmp|systemroot|userprofile|appdata|localappdata|comspec|pathext)$/i.test(name),
  )
  return Object.fromEntries(kept)
}

/** How to end what still runs. */
const running = new Set<() => void>()

// A test that has run out of time never comes to its own end: its programs must not outlive its file.
afterAll(() => running.forEach((end) => end()))

/** Starts a Node program, or another command. */
export function startProgram(args: readonly string[], options: ProgramOptions): Program {
  const { cwd, env = {}, command = process.execPath, isGroup = false } = options
  const child = spawn(command, args, {
    cwd,
    env: { ...plainEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: isGroup,
  })
  let output = ''
  let end: Ended | undefined
  const sendKill = (): void => {
    if (isGroup) endGroup(child.pid)
    else child.kill('SIGKILL')
  }
  running.add(sendKill)
  const listeners = new Set<() => void>()
  const look = (): void => listeners.forEach((listener) => listener())
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      look()
    })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      end = { code, signal, output }
      if (!isGroup) running.delete(sendKill)
      resolve(end)
      look()
    })
  })
  // Whoever waits for the end hears of a failed start; nobody else has to.
  ended.catch(look)
  const kill = async (): Promise<void> => {
    // What a group has left behind may run on when its first has ended.
    if (isGroup || end === undefined) sendKill()
    await ended
  }
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    kill,
    signal: (name) => void child.kill(name),
    [Symbol.asyncDispose]: kill,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const listener = (): void => {
          const match = pattern.exec(output)
          if (match === null && end === undefined) return
          listeners.delete(listener)
          if (match !== null) resolve(match)
          else
            reject(
              new Error(`It ended with ${end?.code ?? end?.signal} and did not print ${String(pattern)}:\n${output}`),
            )
        }
        listeners.add(listener)
        listener()
      }),
  }
}

/** Those that a program has started and left behind have its id as that of their group. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // All have ended.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
