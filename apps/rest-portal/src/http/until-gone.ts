import { setMaxListeners } from 'node:events'
import type { Socket } from 'node:net'
import { MicroError } from '@micro/core'

const GONE = new MicroError('MICRO_CANCELLED', 'The client has gone.')

const signals = new WeakMap<Socket, AbortSignal>()

/**
 * Aborted when the connection closes: then whoever asked over it waits no longer. One for all requests of a connection,
 * because making a signal takes longer than anything else that the portal does for a request. Calls that have ended by
 * then do not listen any more.
 */
export function untilGone(socket: Socket): AbortSignal {
  const known = signals.get(socket)
  if (known !== undefined) return known
  const going = new AbortController()
  // A client may send its next requests before it has its answers.
  setMaxListeners(0, going.signal)
  signals.set(socket, going.signal)
  if (socket.destroyed) going.abort(GONE)
  else socket.once('close', () => going.abort(GONE))
  return going.signal
}
