/** mulberry32: what a seed gives is the same everywhere, so that a failure can be looked at again. */
export class Random {
  readonly seed: number
  #state: number

  constructor(seed: number) {
    this.seed = seed
    this.#state = seed | 0
  }

  /** At least 0, less than 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number, less than `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end)
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new RangeError('There is nothing to pick')
    return item
  }
}

/** `MICRO_TEST_SEED` repeats a run. Printed, because a failure without its seed cannot be repeated. */
export function seededRandom(test: string): Random {
  const seed = Number(process.env['MICRO_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 32))
  console.log(`${test}: MICRO_TEST_SEED=${seed}`)
  return new Random(seed)
}
