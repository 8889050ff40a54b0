import type { Position } from '../ports/event-store.ts'
import { MicroError } from '../errors/micro-error.ts'
import { shown } from '../values/shown.ts'

/** A context meets few logs; more than this is an attack or a mistake. */
const MOST_STORES = 16

const STORE_ID = /^[\x21-\x2b\x2d-\x3c\x3e-\x7e]{1,200}$/

/** The highest position of each log that a context has met: what a later call must see at least. */
export class Positions {
  readonly #byStore = new Map<string, Position>()

  /**
   * Reads the form of a header: `<store id>=<position>[,…]`.
   * @throws MicroError `MICRO_INVALID` when it is malformed or names more than 16 logs
   */
  static parse(header: string): Positions {
    if (typeof header !== 'string')
      throw new TypeError(`Positions.parse takes the header as a string, not ${shown(header)}`)
    const positions = new Positions()
    if (header.trim() === '') return positions
    const parts = header.split(',')
    if (parts.length > MOST_STORES) throw invalid(`names more than ${MOST_STORES} logs`)
    for (const part of parts) {
      const [store, digits, ...rest] = part.trim().split('=')
      if (
        store === undefined ||
        digits === undefined ||
        rest.length > 0 ||
        !STORE_ID.test(store) ||
        !/^\d{1,16}$/.test(digits)
      )
        throw invalid('is not of the form <store id>=<position>[,…]')
      const position = Number(digits)
      if (!Number.isSafeInteger(position)) throw invalid('holds a position beyond the safe integers')
      positions.reach(store, position)
    }
    return positions
  }

  /** The position met of this log; 0 when it was never met. */
  of(store: string): Position {
    return this.#byStore.get(store) ?? 0
  }

  /** Moves on to this position; never back. Of more than 16 logs the one met first is forgotten. */
  reach(store: string, position: Position): void {
    const known = this.#byStore.get(store)
    if (known !== undefined) {
      if (position > known) this.#byStore.set(store, position)
      return
    }
    if (position <= 0) return
    this.#byStore.set(store, position)
    if (this.#byStore.size <= MOST_STORES) return
    for (const oldest of this.#byStore.keys()) {
      this.#byStore.delete(oldest)
      break
    }
  }

  /** Moves on to everything that the other one has met. */
  merge(other: Positions): void {
    for (const [store, position] of other.#byStore) this.reach(store, position)
  }

  get isEmpty(): boolean {
    return this.#byStore.size === 0
  }

  toJSON(): Readonly<Record<string, Position>> {
    return Object.fromEntries(this.#byStore)
  }

  /** The form of the `Micro-Position` header. */
  toString(): string {
    return [...this.#byStore].map(([store, position]) => `${store}=${position}`).join(',')
  }
}

function invalid(message: string): MicroError {
  return new MicroError('MICRO_INVALID', `Micro-Position ${message}.`, {
    details: { problems: [{ path: '', message: `Micro-Position ${message}` }] },
  })
}
