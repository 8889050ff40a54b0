import { MicroError } from '@micro/core'

/** How many handlers are at work, over all that a transport serves. */
export class Load {
  readonly #limit: number
  #inFlight = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** @throws MicroError `MICRO_OVERLOADED`; nothing was begun */
  take(): void {
    if (this.#inFlight >= this.#limit)
      throw new MicroError('MICRO_OVERLOADED', `${this.#limit} requests are under way already.`)
    this.#inFlight++
  }

  free(): void {
    this.#inFlight--
  }
}

/** Work that has begun and not ended. */
export class InFlight<Work> {
  readonly #works = new Set<Work>()
  readonly #idle = new Set<() => void>()

  get size(): number {
    return this.#works.size
  }

  [Symbol.iterator](): Iterator<Work> {
    return this.#works[Symbol.iterator]()
  }

  add(work: Work): void {
    this.#works.add(work)
  }

  /** @returns false when it had ended before */
  delete(work: Work): boolean {
    if (!this.#works.delete(work)) return false
    if (this.#works.size === 0) {
      for (const resolve of this.#idle) resolve()
      this.#idle.clear()
    }
    return true
  }

  whenIdle(): Promise<void> {
    return this.#works.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.add(resolve))
  }
}
