import { createServer, type Server } from 'node:net'

export interface TakenPort extends AsyncDisposable {
  readonly port: number
}

/**
 * Sees that a port of this machine is taken, by us if by nobody else yet.
 *
 * @param port 0: any free one
 */
export async function takePort(port = 0): Promise<TakenPort> {
  const server = createServer()
  const isOurs = await new Promise<boolean>((resolve, reject) => {
    server.once('listening', () => resolve(true))
    server.once('error', (error) => ('code' in error && error.code === 'EADDRINUSE' ? resolve(false) : reject(error)))
    server.listen(port, '127.0.0.1')
  })
  return {
    port: isOurs ? portOf(server) : port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => (isOurs ? server.close(() => resolve()) : resolve())),
  }
}

function portOf(server: Server): number {
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server does not listen on a port')
  return address.port
}
