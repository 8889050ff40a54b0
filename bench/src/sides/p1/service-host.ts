import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Place, WayName } from './way.ts'

// From dist and with no options of a test runner's: Node 20 runs no sources.
const PROGRAM = fileURLToPath(new URL('../../../dist/sides/p1/service-process.js', import.meta.url))

/** The service of a side, in a process of its own. */
export interface ServiceHost {
  /** Processor time of its process until now, microseconds. */
  readonly cpuMicros: () => Promise<number>
  readonly close: () => Promise<void>
}

export async function startService(way: WayName, { server, scope }: Place): Promise<ServiceHost> {
  const child = fork(PROGRAM, [way, server, scope], { execArgv: [] })
  const ended = once(child, 'exit')
  const failed = ended.then(([code]) => Promise.reject(new Error(`The service of ${way} ended with ${code}`)))
  failed.catch(ignoreForEachWaitReportsIt)
  const told = async (): Promise<number> => {
    const [message] = (await Promise.race([once(child, 'message'), failed])) as [{ readonly cpuMicros: number }]
    return message.cpuMicros
  }
  await told()
  return {
    cpuMicros: async () => {
      const answer = told()
      child.send('cpu')
      return await answer
    },
    close: async () => {
      child.disconnect()
      await ended
    },
  }
}

/** Its end is an error for who waits for an answer, and for nobody else. */
function ignoreForEachWaitReportsIt(): void {}
