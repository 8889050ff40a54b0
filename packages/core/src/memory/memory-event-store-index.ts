// A Map ends at 2^24 entries; staying well below also keeps its growth steps short.
const ENTRIES_PER_MAP = 8_000_000

/** A map of strings without a limit: when one Map is full the next one begins. Nothing is ever removed. */
export class LargeMap<Value> {
  readonly #full: Map<string, Value>[] = []
  readonly #entriesPerMap: number
  #newest = new Map<string, Value>()

  constructor(entriesPerMap: number = ENTRIES_PER_MAP) {
    this.#entriesPerMap = entriesPerMap
  }

  get(key: string): Value | undefined {
    const value = this.#newest.get(key)
    return value !== undefined || this.#full.length === 0 ? value : this.#getOld(key)
  }

  /** Adds a key that is not there yet. */
  add(key: string, value: Value): void {
    if (this.#newest.size >= this.#entriesPerMap) {
      this.#full.push(this.#newest)
      this.#newest = new Map()
    }
    this.#newest.set(key, value)
  }

  #getOld(key: string): Value | undefined {
    for (const map of this.#full) {
      const value = map.get(key)
      if (value !== undefined) return value
    }
    return undefined
  }
}
