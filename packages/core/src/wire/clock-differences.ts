import type { Runtime } from '../ports/runtime.ts'

const WINDOW_MS = 2 * 60_000

/** Instances are few; ids made up to fill the memory push each other out. */
const MOST_INSTANCES = 1_000

/**
 * How far other instances' clocks are from ours: the smallest arrival − sent seen of an instance in the last minutes is
 * taken as a message without delay. So a clock that is wrong, steps or drifts costs nothing but, for some minutes, a guess.
 */
export class ClockDifferences {
  readonly #runtime: Runtime
  #current = new Map<string, number>()
  #previous = new Map<string, number>()
  #currentUntil = 0

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** How long a message was under way, milliseconds ≥ 0; the first one of an instance counts as not delayed. */
  delayOf(instance: string, sentAt: number): number {
    this.#turnWindow()
    const difference = this.#runtime.now() - sentAt
    const smallest = Math.min(difference, this.#current.get(instance) ?? Infinity)
    if (this.#current.size < MOST_INSTANCES || this.#current.has(instance)) this.#current.set(instance, smallest)
    return difference - Math.min(smallest, this.#previous.get(instance) ?? Infinity)
  }

  #turnWindow(): void {
    const now = this.#runtime.monotonic()
    if (now < this.#currentUntil) return
    const isLate = now >= this.#currentUntil + WINDOW_MS
    this.#previous = isLate ? new Map() : this.#current
    this.#current = new Map()
    this.#currentUntil = now + WINDOW_MS
  }
}
