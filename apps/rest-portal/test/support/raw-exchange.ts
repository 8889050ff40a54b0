import { connect } from 'node:net'

/** Sends bytes and gives everything that comes back until the other side closes, or until `quietMs` have passed without a byte. */
export function rawExchange(port: number, sent: string | Uint8Array, quietMs = 1_500): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(sent))
    socket.setTimeout(quietMs, () => socket.destroy())
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => (received += chunk))
    socket.on('error', (error: Error & { readonly code?: string }) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error)
    })
    socket.on('close', () => resolve(received))
  })
}

/** Statuses of the answers in what came back, in order. */
export function statusesIn(received: string): readonly number[] {
  return Array.from(received.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => Number(status))
}
