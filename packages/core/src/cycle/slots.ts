import { MicroError } from '../errors/micro-error.ts'

/** How many calls are under way at once; one more is refused at once instead of queueing without end. */
export class Slots {
  readonly #limit: number
  readonly #idle = new Set<() => void>()
  #taken = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** @throws MicroError `MICRO_OVERLOADED` */
  take(): void {
    if (this.#taken >= this.#limit)
      throw new MicroError(
        'MICRO_OVERLOADED',
        `The service is at its limit of ${this.#limit} calls at once. Try again later.`,
      )
    this.#taken++
  }

  free(): void {
    this.#taken--
    if (this.#taken > 0 || this.#idle.size === 0) return
    for (const resolve of this.#idle) resolve()
    this.#idle.clear()
  }

  /** Resolves when no call is under way. */
  whenIdle(): Promise<void> {
    return this.#taken === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.add(resolve))
  }
}
