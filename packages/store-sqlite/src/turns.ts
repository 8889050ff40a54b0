import type { Runtime } from '@micro/core'

/** Resolves after at least `ms`; keeps the process alive, because a caller waits for what comes then. */
export function sleep(runtime: Runtime, ms: number): Promise<void> {
  return new Promise((resolve) => {
    runtime.setTimer(ms, resolve, { keepAlive: true })
  })
}

/** Resolves in a later turn of the event loop, after timers and I/O that are due had theirs. */
export function nextTurn(runtime: Runtime): Promise<void> {
  return new Promise((resolve) => runtime.yieldTurn(resolve))
}

const MOST_MS = 5
const MOST_READS = 64

/** Reads are synchronous: readers that go on and on would never let anybody else have a turn. */
export class TurnBudget {
  readonly #runtime: Runtime
  #reads = 0
  #beganMs = 0

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** To be awaited before a read, where it is not `undefined`: this turn was long enough. */
  spend(): Promise<void> | undefined {
    const now = this.#runtime.monotonic()
    if (this.#reads === 0) {
      this.#beganMs = now
      this.#runtime.yieldTurn(() => (this.#reads = 0))
    }
    this.#reads++
    return this.#reads > MOST_READS || now - this.#beganMs >= MOST_MS ? nextTurn(this.#runtime) : undefined
  }
}
