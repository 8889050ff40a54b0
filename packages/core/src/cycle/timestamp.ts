import type { Runtime } from '../ports/runtime.ts'

/** The runtime's time as ISO 8601 in UTC, written out once for each millisecond. */
export class Timestamp {
  readonly #runtime: Runtime
  #at = NaN
  #text = ''

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  now(): string {
    const at = this.#runtime.now()
    if (at !== this.#at) {
      this.#at = at
      this.#text = new Date(at).toISOString()
    }
    return this.#text
  }
}
