import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Watches a server's connections.
 *
 * @returns closes those that nobody waits on: between two requests, or without a byte so far, as browsers open them in advance
 */
export function watchIdleConnections(server: Server): () => void {
  const silent = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  server.on('request', ({ socket }) => void silent.delete(socket))
  return () => {
    // Node counts a connection as idle only after its first request.
    server.closeIdleConnections()
    for (const socket of silent) if (socket.bytesRead === 0) socket.destroy()
  }
}
