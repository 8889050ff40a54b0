import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Message, MicroError, type Reply } from '@micro/core'
import { afterAll } from 'vitest'
import { type Answer, type AskedCall, type Instance, type InstancePlan, type Told, unfold } from './instance.ts'
import { TYPESCRIPT_ARGS } from './typescript-program.ts'

/** An instance in a process that can be killed, stopped and continued. */
export interface ProcessInstance extends Instance {
  readonly pid: number
  signal(name: NodeJS.Signals): void
  /** Stops as SIGSTOP does, but never inside a transaction: there it would hold the lock of the file for as long. */
  pause(): Promise<void>
  /** What its transport answers to a request, whenever that is. */
  request(subject: string, message: Message): Promise<Reply>
  /** The same as `kill -9`; resolves when it is gone. */
  kill(): Promise<void>
}

interface Heard {
  readonly isOpen?: true
  readonly number?: number
  readonly told?: Told
  readonly ready?: boolean
  readonly reply?: Reply
}

type Question = { readonly call: AskedCall } | { readonly request: { subject: string; message: Message } }

const program = fileURLToPath(new URL('service-program.ts', import.meta.url))

/** How to end what still runs: a test that has run out of time never comes to its own end. */
const running = new Set<() => void>()
afterAll(() => running.forEach((end) => end()))

/** Starts an instance on the file and waits until it takes calls. */
export async function startProcess(
  file: string,
  plan: InstancePlan,
  env: Readonly<Record<string, string>> = {},
): Promise<ProcessInstance> {
  const child = fork(program, [JSON.stringify({ file, plan })], {
    execArgv: [...TYPESCRIPT_ARGS],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const end = (): void => void child.kill('SIGKILL')
  running.add(end)
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  const waiting = new Map<number, (heard: Heard | undefined) => void>()
  let asked = 0
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      running.delete(end)
      for (const hear of waiting.values()) hear(undefined)
      waiting.clear()
      resolve()
    })
  })
  const open = new Promise<void>((resolve, reject) => {
    child.on('message', (heard: Heard) => {
      if (heard.isOpen === true) return resolve()
      const hear = waiting.get(heard.number ?? 0)
      waiting.delete(heard.number ?? 0)
      hear?.(heard)
    })
    void ended.then(() => reject(new Error(`The instance ended before it was open:\n${complaint}`)))
  })
  await open

  const ask = (question?: Question): Promise<Heard | undefined> =>
    new Promise((resolve) => {
      if (!child.connected) return resolve(undefined)
      const number = ++asked
      waiting.set(number, resolve)
      child.send({ number, ...question }, (error) => {
        if (error === null || !waiting.delete(number)) return
        resolve(undefined)
      })
    })

  return {
    pid: child.pid as number,
    ask: async (call): Promise<Answer> => {
      const heard = await ask({ call })
      if (heard?.told === undefined) throw gone()
      return unfold(heard.told)
    },
    isReady: async () => (await ask())?.ready === true,
    request: async (subject, message): Promise<Reply> => {
      const heard = await ask({ request: { subject, message } })
      if (heard?.reply === undefined) throw gone()
      return heard.reply
    },
    signal: (name) => void child.kill(name),
    pause: async () => {
      child.send({ pause: true })
      while (!isStopped(child.pid as number)) await turn()
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** See proc_pid_stat(5): the state comes after the name in brackets. */
function isStopped(pid: number): boolean {
  return /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

function gone(): MicroError {
  return new MicroError('MICRO_UNAVAILABLE', 'The process of the instance has gone.', { outcome: 'unknown' })
}
