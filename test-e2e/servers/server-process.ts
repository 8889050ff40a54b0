import { type ChildProcess, spawn } from 'node:child_process'

/** A server that was started here. It is signalled and ended by its own id only. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number
  /** What it has printed so far. */
  output(): string
  /** It stands still, as on a machine that hangs; its sockets stay open. */
  pause(): void
  resume(): void
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>
  /** Asks it to end, and kills it when it does not; resolves when it is gone. */
  stop(): Promise<void>
  /** Resolves when it is gone, for whatever reason. */
  readonly ended: Promise<void>
}

const STARTS_WITHIN_MS = 20_000
const ENDS_WITHIN_MS = 5_000

const running = new Set<ChildProcess>()

/** A run that ends in the middle leaves nothing running. */
function killAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

/**
 * Starts a server and waits until it has printed that it is ready.
 *
 * @throws Error with all that it printed, when it ends or stays silent instead
 */
export async function startServerProcess(
  command: string,
  args: readonly string[],
  ready: RegExp,
): Promise<ServerProcess> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let onOutput = (): void => undefined
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      onOutput()
    })
  if (running.size === 0) process.on('exit', killAll)
  running.add(child)
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => {
      running.delete(child)
      if (running.size === 0) process.off('exit', killAll)
      resolve()
    })
  })
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await ended
  }
  await new Promise<void>((resolve, reject) => {
    const give = (settle: () => void): void => {
      clearTimeout(timer)
      settle()
    }
    const fail = (what: string): void => give(() => reject(new Error(`${command} ${what}:\n${output}`)))
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail('did not become ready')
    }, STARTS_WITHIN_MS)
    onOutput = () => ready.test(output) && give(resolve)
    ended.then(
      () => fail('has ended'),
      (error: unknown) => give(() => reject(error as Error)),
    )
  })
  const stop = (): Promise<void> => stopGently(child, end)
  return {
    pid: child.pid ?? 0,
    output: () => output,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    stop,
    ended,
    [Symbol.asyncDispose]: stop,
  }
}

async function stopGently(child: ChildProcess, end: (signal: NodeJS.Signals) => Promise<void>): Promise<void> {
  // One that stands still hears of nothing but this.
  child.kill('SIGCONT')
  const timer = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS)
  await end('SIGTERM')
  clearTimeout(timer)
}
