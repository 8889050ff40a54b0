import type { MicroError } from '../errors/micro-error.ts'
import type { Position } from '../ports/event-store.ts'
import type { Call } from './call.ts'

interface Waiter {
  readonly position: Position
  readonly resolve: () => void
  readonly reject: (error: MicroError) => void
}

/** Calls that wait until something has reached a position. One that is over is removed at once. */
export class PositionWaiters {
  readonly #waiters = new Set<Waiter>()

  /** @param call whose end ends the waiting; without one it waits on */
  wait(position: Position, call: Call | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        this.#waiters.delete(waiter)
        call?.offOver(interrupt)
        end()
      }
      const waiter: Waiter = {
        position,
        resolve: () => settle(resolve),
        reject: (error) => settle(() => reject(error)),
      }
      const interrupt = (error: MicroError): void => waiter.reject(error)
      this.#waiters.add(waiter)
      call?.onOver(interrupt)
    })
  }

  advance(position: Position): void {
    for (const waiter of this.#waiters) if (waiter.position <= position) waiter.resolve()
  }

  fail(error: MicroError): void {
    for (const waiter of this.#waiters) waiter.reject(error)
  }
}
