import { fork } from 'node:child_process'

const LOADER = new URL('../typescript-loader.mjs', import.meta.url).href

/** A member that has not ended by then never will. */
const ENDS_WITHIN_MS = 15_000

/**
 * Starts a process that ends when its channel to this one closes: when it is told to, and when this one is killed.
 * In a group of its own: Ctrl+C in the terminal is for this process alone, which ends the others in their order.
 */
export function startMember(name, file, { env = {}, isTypeScript = false } = {}) {
  const child = fork(file, {
    env: { ...process.env, ...env },
    execArgv: isTypeScript ? ['--import', LOADER] : [],
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ready = new Promise((resolve) => child.once('message', resolve))
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`))
  })
  const end = async () => {
    if (child.connected) child.disconnect()
    const timer = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS)
    await ended
    clearTimeout(timer)
  }
  return { name, pid: child.pid, ready, ended, end }
}
