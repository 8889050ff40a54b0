import type { LogLevel } from '@micro/core'
import { isError } from './serialize/error-entries.ts'

const RANKS: Readonly<Record<LogLevel, number>> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 }

/**
 * Keeps each error to one line: the same error object, of the same action, is not logged as an error again by each hand
 * it goes through. As something worse (fatal) it is.
 */
export class SeenErrors {
  readonly #seen = new WeakMap<object, { readonly rank: number; readonly action: unknown }>()

  /** Whether a line was written for this error before; from now on one was. `action` tells one use of an error from the next. */
  isRepeated(level: LogLevel, error: unknown, action: unknown): boolean {
    const rank = RANKS[level]
    if (rank < RANKS.error || !isError(error)) return false
    const before = this.#seen.get(error)
    if (before !== undefined && before.rank >= rank && before.action === action) return true
    this.#seen.set(error, { rank, action })
    return false
  }
}
