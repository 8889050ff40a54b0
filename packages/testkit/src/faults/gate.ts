/** Lets operations through while it is open; shut, it holds them until they are let go, one after the other. */
export class Gate {
  readonly #held: (() => void)[] = []
  #isOpen = true
  #allowed = 0

  /** How many operations wait here. */
  get held(): number {
    return this.#held.length
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /**
   * Resolves when the operation may go on.
   *
   * @throws the signal's reason, when it aborts while the operation is held
   */
  pass(signal?: AbortSignal): Promise<void> {
    if (this.#isOpen || this.#allowed-- > 0) return Promise.resolve()
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error)
    return new Promise((resolve, reject) => {
      const pass = (): void => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        this.#held.splice(this.#held.indexOf(pass), 1)
        reject(signal?.reason as Error)
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#held.push(pass)
    })
  }

  /** @param allowed how many operations still pass */
  shut(allowed = 0): void {
    this.#isOpen = false
    this.#allowed = allowed
  }

  /** Lets this many of the held go on; it stays shut. */
  let(count: number): void {
    for (const pass of this.#held.splice(0, count)) pass()
  }

  open(): void {
    this.#isOpen = true
    this.let(this.#held.length)
  }
}
