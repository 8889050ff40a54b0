import { MicroError } from '../errors/micro-error.ts'
import type { Position, RecordedEvent } from '../ports/event-store.ts'

/** An event that is delivered again after more than so many others cannot be told from one that comes too late. */
const REMEMBERED = 4_096

/**
 * What the tail has taken. An adapter promises each event once and in order; one that breaks its promise must not break
 * models: what it delivers again is left out, and what it delivers too late, when later events are applied already, ends
 * the tail, because nothing but a rebuild can put it in its place.
 */
export class PassedPositions {
  /** The last ones, as a ring. */
  readonly #last = new Float64Array(REMEMBERED)
  readonly #after: Position
  #count = 0
  #highest: Position

  /** @param after nothing up to here was asked for */
  constructor(after: Position) {
    this.#after = after
    this.#highest = after
  }

  /**
   * Takes a batch, and gives its events that are new.
   *
   * @throws MicroError `MICRO_STORE_CORRUPT`, fatal, when an event comes after a later one; then none of the batch counts
   */
  pass(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
    let highest = this.#highest
    let isInOrder = true
    for (const { position } of events) {
      if (position > highest) highest = position
      else isInOrder = false
    }
    const fresh = isInOrder ? events : this.#withoutRepeats(events)
    for (const { position } of fresh) this.#last[this.#count++ % REMEMBERED] = position
    this.#highest = highest
    return fresh
  }

  #withoutRepeats(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
    const fresh: RecordedEvent[] = []
    const taken = new Set<Position>()
    let highest = this.#highest
    for (const event of events) {
      const { position } = event
      if (position <= this.#after || taken.has(position) || this.#last.includes(position)) continue
      if (position < highest) throw outOfOrder(position, highest)
      taken.add(position)
      fresh.push(event)
      highest = position
    }
    return fresh
  }
}

function outOfOrder(position: Position, highest: Position): MicroError {
  return new MicroError(
    'MICRO_STORE_CORRUPT',
    `The event store delivered the event at position ${position} after the one at ${highest}: models that have applied position ${highest} may lack it and must be rebuilt. Its adapter breaks the order that every event store promises.`,
    { details: { place: String(position) }, fatal: true },
  )
}
