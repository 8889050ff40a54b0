import type { FastifyInstance } from 'fastify'
import { MicroError } from '@micro/core'

const MOST_TRIES = 100

/**
 * Listens on a port, or on the next one that is free.
 *
 * @returns the port
 * @throws MicroError `MICRO_UNAVAILABLE` when it cannot, with what the system said as its cause
 */
export async function listen(
  app: FastifyInstance,
  host: string,
  first: number,
  nextFreePort: boolean,
): Promise<number> {
  for (let port = first; ; port++) {
    try {
      await app.listen({ host, port })
      const address = app.server.address()
      return typeof address === 'object' && address !== null ? address.port : port
    } catch (cause) {
      const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
      if (isTaken && nextFreePort && port - first < MOST_TRIES && port < 65_535) continue
      const reason = isTaken ? 'is taken' : 'cannot be listened on'
      throw new MicroError('MICRO_UNAVAILABLE', `Port ${port} of ${host} ${reason}.`, { cause })
    }
  }
}
