const MOST_IDS = 10_000

/**
 * Commands of which nobody can tell what they left, until a run of the same id says that it is done. Meanwhile a run that
 * left nothing itself must not say so: whoever reads it as "not done" and sends the command under a new id would double it.
 * Bounded, in two generations as `Heads`.
 */
export class UnknownOutcomes {
  #young = new Set<string>()
  #old = new Set<string>()

  add(id: string): void {
    if (this.#young.size >= MOST_IDS) {
      this.#old = this.#young
      this.#young = new Set()
    }
    this.#young.add(id)
  }

  /** Mostly. Then nobody needs to put an id together to ask. */
  get isEmpty(): boolean {
    return this.#young.size === 0 && this.#old.size === 0
  }

  settle(id: string): void {
    this.#young.delete(id)
    this.#old.delete(id)
  }

  has(id: string): boolean {
    return this.#young.has(id) || this.#old.has(id)
  }
}
