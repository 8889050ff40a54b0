import type { MicroError } from '../errors/micro-error.ts'
import type { Runtime, Timer } from '../ports/runtime.ts'

/** Not more often, however many requests wait. */
const LEAST_SLEEP_MS = 10

interface Waiting {
  /** On the runtime's monotonic clock. */
  readonly dueAt: number
  readonly giveUp: () => void
}

/**
 * Waits for answers that may never come, as `inTime` does, but all on one timer: a timer and a race for each request would
 * cost a good part of what a call does. It keeps the process alive while something waits.
 */
export class Patience {
  readonly #runtime: Runtime
  readonly #waiting = new Set<Waiting>()
  #timer: Timer | undefined
  #wakesAt = Infinity

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /**
   * What the promise gives, if it gives it by `dueAt`; given up late rather than early, by 10 ms at most.
   *
   * @throws MicroError what `late` makes
   */
  wait<T>(promise: Promise<T>, dueAt: number, late: () => MicroError): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { dueAt, giveUp: () => reject(late()) }
      this.#waiting.add(waiting)
      if (dueAt < this.#wakesAt) this.#sleep(dueAt)
      promise.then(
        (value) => {
          this.#end(waiting)
          resolve(value)
        },
        (error: unknown) => {
          this.#end(waiting)
          reject(error as Error)
        },
      )
    })
  }

  #end(waiting: Waiting): void {
    this.#waiting.delete(waiting)
    if (this.#waiting.size > 0) return
    this.#timer?.cancel()
    this.#wakesAt = Infinity
  }

  #sleep(dueAt: number): void {
    this.#timer?.cancel()
    const now = this.#runtime.monotonic()
    const ms = Math.max(LEAST_SLEEP_MS, dueAt - now)
    this.#wakesAt = now + ms
    this.#timer = this.#runtime.setTimer(ms, () => this.#sweep(), { keepAlive: true })
  }

  #sweep(): void {
    this.#wakesAt = Infinity
    const now = this.#runtime.monotonic()
    let next = Infinity
    for (const waiting of this.#waiting) {
      if (waiting.dueAt > now) {
        next = Math.min(next, waiting.dueAt)
        continue
      }
      this.#waiting.delete(waiting)
      waiting.giveUp()
    }
    if (next < Infinity) this.#sleep(next)
  }
}
