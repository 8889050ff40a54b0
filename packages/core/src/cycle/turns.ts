import type { Runtime } from '../ports/runtime.ts'

/** Without a turn for others after this long, callers in memory, who never wait for I/O, starve every timer of the process. */
const LONGEST_TURN_MS = 5

/** Hands the event loop over now and then: everything that could otherwise go on in microtasks without end asks here. */
export class Turns {
  readonly #runtime: Runtime
  #last = 0
  #next: Promise<void> | undefined

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** `undefined` while nobody else has waited for long. */
  waitWhenDue(now: number = this.#runtime.monotonic()): Promise<void> | undefined {
    if (this.#next === undefined && now - this.#last >= LONGEST_TURN_MS)
      this.#next = new Promise((resolve) => {
        this.#runtime.yieldTurn(() => {
          this.#last = this.#runtime.monotonic()
          this.#next = undefined
          resolve()
        })
      })
    return this.#next
  }
}
