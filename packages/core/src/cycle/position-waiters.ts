import type { MicroError } from '../errors/micro-error.ts'
import type { Position } from '../ports/event-store.ts'
import type { Call } from './call.ts'

interface Waiter {
  readonly position: Position
  readonly call: Call | undefined
  readonly resolve: () => void
  /** Ends the waiting without the position. */
  readonly interrupt: (error: MicroError) => void
}

/** Calls that wait until something has reached a position. One that is over is removed at once. */
export class PositionWaiters {
  readonly #waiters = new Set<Waiter>()

  /** @param call whose end ends the waiting; without one it waits on */
  wait(position: Position, call: Call | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const interrupt = (error: MicroError): void => {
        this.#remove(waiter)
        reject(error)
      }
      const waiter: Waiter = { position, call, resolve, interrupt }
      this.#waiters.add(waiter)
      call?.onOver(interrupt)
    })
  }

  advance(position: Position): void {
    for (const waiter of this.#waiters) {
      if (waiter.position > position) continue
      this.#remove(waiter)
      waiter.resolve()
    }
  }

  fail(error: MicroError): void {
    for (const waiter of this.#waiters) waiter.interrupt(error)
  }

  #remove(waiter: Waiter): void {
    this.#waiters.delete(waiter)
    waiter.call?.offOver(waiter.interrupt)
  }
}
