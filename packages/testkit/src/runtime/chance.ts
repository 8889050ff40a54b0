import { seedState, splitMix64, xoshiro128 } from './xoshiro128.ts'

/** Draws out of a seed; each purpose has its own, so that one more draw here changes nothing there. */
export class Chance {
  readonly #next: () => number

  constructor(seed: number, purpose: number) {
    this.#next = xoshiro128(seedState(splitMix64(seed * 1_000 + purpose)))
  }

  /** In [0, 1). */
  fraction(): number {
    return this.#next() / 0x1_0000_0000
  }

  /** A whole number from 0 on, below `limit`. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit)
  }

  happens(probability: number): boolean {
    return this.fraction() < probability
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0]
  }
}
