import { connect } from 'node:net'
import { afterAll } from 'vitest'
import { findNatsServers, HOW_TO_GET_NATS_SERVER, type NatsServer, startNatsServer } from '../../servers/nats-server.ts'

/** Then the tests that need one are skipped, and say in one line how to change that. */
export const isServerAbsent: boolean = findNatsServers().length === 0
if (isServerAbsent) console.warn(`Tests over NATS were not run: ${HOW_TO_GET_NATS_SERVER}`)

const started = new Set<NatsServer>()

// A test that ran out of time leaves its server behind.
afterAll(async () => {
  await Promise.all([...started].map((server) => server.stop()))
})

export async function startNats(): Promise<NatsServer> {
  const server = await startNatsServer()
  started.add(server)
  return server
}

export interface Listener extends Disposable {
  /** Messages so far. */
  readonly count: () => number
}

/** Counts what is published on a subject, as anyone connected to the server could. */
export async function listenTo({ port }: NatsServer, subject: string): Promise<Listener> {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  let confirm = (): void => undefined
  const confirmed = new Promise<void>((resolve) => (confirm = resolve))
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text
    if (/^PING\r$/m.test(text)) socket.write('PONG\r\n')
    if (received.includes('PONG')) confirm()
  })
  socket.write(`CONNECT {"verbose":false,"headers":true}\r\nSUB ${subject} 1\r\nPING\r\n`)
  await confirmed
  return {
    count: () => received.match(/^H?MSG /gm)?.length ?? 0,
    [Symbol.dispose]: () => void socket.destroy(),
  }
}
