const PLACES = 2 ** 17

/**
 * Names by number, bounded: a name takes the place of the one whose number leaves the same rest. Reading the log asks for
 * one per event, where a map of so many costs ten times as much, and one whose bound is passed a query each.
 */
export class NumberedNames {
  readonly #numbers = new Float64Array(PLACES)
  readonly #names: string[] = []

  /** @param number from 1 on */
  get(number: number): string | undefined {
    const place = number % PLACES
    return this.#numbers[place] === number ? this.#names[place] : undefined
  }

  set(number: number, name: string): void {
    const place = number % PLACES
    this.#numbers[place] = number
    this.#names[place] = name
  }

  clear(): void {
    this.#numbers.fill(0)
    this.#names.length = 0
  }
}
