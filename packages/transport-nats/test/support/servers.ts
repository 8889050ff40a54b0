import { createServer } from 'node:net'
import { afterAll } from 'vitest'
import {
  findNatsServers,
  type NatsBinary,
  type NatsServer,
  type NatsServerOptions,
  startNatsServer,
} from '../../../../test-e2e/servers/nats-server.ts'

const found = findNatsServers()

/** Then the suites are skipped as a whole; the one of the port says how to change that. */
export const isServerAbsent: boolean = found.length === 0

/** One of each version that is here, the newest first. */
export const natsServers: readonly NatsBinary[] = isServerAbsent ? [{ path: '', version: 'absent' }] : found

const started = new Set<NatsServer>()

// A test that ran out of time leaves its server behind.
afterAll(async () => {
  await Promise.all([...started].map((server) => server.stop()))
})

export async function startServer(options: NatsServerOptions): Promise<NatsServer> {
  const server = await startNatsServer(options)
  started.add(server)
  return server
}

/** Accounts of one server are networks that do not hear each other. */
export function accountsConfig(count: number): string {
  const accounts = Array.from({ length: count }, (_, index) => {
    const user = accountUser(index)
    return `  account-${index}: { users: [{ user: ${JSON.stringify(user.user)}, password: ${JSON.stringify(user.password)} }] }`
  })
  return `accounts: {\n${accounts.join('\n')}\n}`
}

export function accountUser(index: number): { readonly user: string; readonly password: string } {
  return { user: `user-${index}`, password: `password-${index}` }
}

/** One that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { readonly port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
