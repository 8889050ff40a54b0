import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Watches a server's connections.
 *
 * @returns closes those that nobody waits on: between two requests, or without a byte so far, as browsers open them in advance
 */
export function watchIdleConnections(server: Server): () => void {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return () => {
    // Node counts a connection as idle only after its first request.
    server.closeIdleConnections()
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
  }
}
