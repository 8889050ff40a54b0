import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { counted } from '../../measure/counted.ts'
import type { Side } from '../../measure/row.ts'

const PROGRAM = fileURLToPath(new URL('../../../programs/load.mjs', import.meta.url))
const ACCOUNTS = 100
const REQUESTS = 20_000

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
  const units = counted(REQUESTS, scale, 128)
  return {
    units,
    run: async () => {
      client.send({ amount: units })
      const [{ answered, refused, errors }] = (await once(client, 'message')) as [Answers]
      if (answered !== units)
        throw new Error(`${answered} requests were answered, ${refused} refused, ${errors} failed`)
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
