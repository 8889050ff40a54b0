import { afterAll } from 'vitest'
import { memoryTransport, type TransportProvider } from '@micro/core'
import { natsTransport } from '@micro/transport-nats'
import { findNatsServers, HOW_TO_GET_NATS_SERVER, startNatsServer } from '../../../test-e2e/servers/nats-server.ts'

/** Whether proofs over NATS can run here; where not, one line says so. */
export const hasNats: boolean = findNatsServers().length > 0
if (!hasNats) console.warn(`Proofs over NATS were not run: ${HOW_TO_GET_NATS_SERVER}`)

const running = new Set<{ stop(): Promise<void> }>()
// A test that ran out of time leaves its server behind.
afterAll(() => Promise.all(Array.from(running, (server) => server.stop())))

/** A server of its own for a deployment. */
export async function startNats(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = await startNatsServer()
  running.add(server)
  return {
    url: server.url,
    stop: async () => {
      running.delete(server)
      await server.stop()
    },
  }
}

/** Ways between services, each with a network of its own: name and how to make one. */
export const NETWORKS: readonly (readonly [name: string, open: () => Promise<TransportProvider>])[] = [
  ['in memory', async () => memoryTransport()],
  ...(hasNats ? [['over NATS', async () => natsTransport({ servers: (await startNats()).url })] as const] : []),
]
