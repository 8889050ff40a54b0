import { MicroError } from '../errors/micro-error.ts'
import type { Call } from './call.ts'
import type { Instance } from './instance.ts'
import type { Ticket } from './lanes.ts'

/** A place in lanes. */
export interface StandingInLanes {
  /** Resolves when it is first in all of them; `undefined` when it is already. */
  readonly turn: Promise<void> | undefined
  leave(): void
}

/**
 * Joins the lanes of the streams and of the command's own id. A call that ends meanwhile leaves by itself, but keeps the
 * lane of its id while its append is unsettled: no repeat may run beside it.
 *
 * @throws MicroError `MICRO_OVERLOADED` when a lane is full
 */
export function standInLanes(instance: Instance, call: Call, streams: readonly string[]): StandingInLanes {
  call.check()
  // Streams are stored as <service>/<name>; an id has no slash.
  const own = call.commandId
  const ticket = instance.lanes.join([...streams, own])
  if (ticket === undefined)
    throw new MicroError(
      'MICRO_OVERLOADED',
      `Too many commands wait for the same stream as "${call.endpoint.name}". Try again later.`,
    )
  const leaveEarly = (): void => ticket.leave(call.outcome === 'unknown' ? own : undefined)
  call.onOver(leaveEarly)
  return {
    turn: ticket.ahead > 0 ? turn(ticket, call) : undefined,
    leave() {
      call.offOver(leaveEarly)
      ticket.leave()
    },
  }
}

function turn(ticket: Ticket, call: Call): Promise<void> {
  return new Promise((resolve, reject) => {
    call.onOver(reject)
    ticket.whenFirst(() => {
      call.offOver(reject)
      resolve()
    })
  })
}
