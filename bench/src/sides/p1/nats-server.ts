import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { RowServer } from '../../measure/row.ts'

const PROGRAM = fileURLToPath(new URL('../../../programs/nats-server.mjs', import.meta.url))
const WITH_TYPESCRIPT = ['--import', new URL('../../../../scripts/typescript-loader.mjs', import.meta.url).href]

/** How to get a nats-server, where this machine has none. */
export async function missingNatsServer(): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)(process.execPath, [...WITH_TYPESCRIPT, PROGRAM, 'find'])
  return stdout.trim() === '' ? undefined : stdout.trim()
}

/** A nats-server of its own, the newest that is found, on a free port. */
export async function startNatsServer(): Promise<RowServer> {
  const launcher = fork(PROGRAM, { execArgv: WITH_TYPESCRIPT })
  const ended = once(launcher, 'exit')
  const failed = ended.then(([code]) => Promise.reject(new Error(`The launcher of nats-server ended with ${code}`)))
  const [{ address }] = (await Promise.race([once(launcher, 'message'), failed])) as [{ readonly address: string }]
  return {
    address,
    close: async () => {
      launcher.disconnect()
      await ended
    },
  }
}
