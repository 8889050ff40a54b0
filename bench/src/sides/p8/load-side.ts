import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Side } from '../../measure/row.ts'

const PROGRAM = fileURLToPath(new URL('../../../programs/load.mjs', import.meta.url))
const ACCOUNTS = 100
const SECONDS = 2

export interface Served {
  readonly url: string
  readonly close: () => Promise<void>
}

interface Answers {
  readonly answered: number
  readonly refused: number
  readonly errors: number
}

/** A server of this process under a client in a process of its own. */
export async function loadSide({ url, close }: Served, scale: number): Promise<Side> {
  const client = fork(PROGRAM, [url, String(ACCOUNTS)])
  let units = 1
  return {
    // As many as were answered in the round's time.
    get units() {
      return units
    },
    run: async () => {
      client.send({ seconds: Math.max(0.2, SECONDS * scale) })
      const [{ answered, refused, errors }] = (await once(client, 'message')) as [Answers]
      if (answered === 0 || refused > 0 || errors > 0)
        throw new Error(`${answered} requests were answered, ${refused} refused, ${errors} failed`)
      units = answered
    },
    outcome: () => undefined,
    close: async () => {
      const ended = once(client, 'exit')
      client.disconnect()
      await ended
      await close()
    },
  }
}
