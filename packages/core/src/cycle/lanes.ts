/**
 * Queues by name: streams and command ids. A ticket stands in all of its lanes, which it joins in one turn, and begins when
 * it is first in each of them; so two tickets that share a lane never run at once, and none can wait in a circle.
 */
export class Lanes {
  readonly #lanes = new Map<string, Ticket[]>()
  readonly #longest: number

  /** @param longest tickets that one lane holds at most, so that a hot stream sheds its own load only */
  constructor(longest: number) {
    this.#longest = longest
  }

  /**
   * Joins every lane, or none and answers `undefined` when one of them is full.
   *
   * @param names each once
   */
  join(names: readonly string[]): Ticket | undefined {
    for (const name of names) {
      const lane = this.#lanes.get(name)
      if (lane !== undefined && lane.length >= this.#longest) return undefined
    }
    const ticket = new Ticket(this, names)
    for (const name of names) {
      const lane = this.#lanes.get(name)
      if (lane === undefined) this.#lanes.set(name, [ticket])
      else if (lane.push(ticket) > 1) ticket.ahead++
    }
    return ticket
  }

  /** Leaves one lane; whoever is first in all of its own then begins, in a later microtask and not on this stack. */
  leave(ticket: Ticket, name: string): void {
    const lane = this.#lanes.get(name)
    if (lane === undefined) return
    const place = lane.indexOf(ticket)
    if (place === -1) return
    lane.copyWithin(place, place + 1)
    lane.pop()
    if (lane.length === 0) this.#lanes.delete(name)
    else if (place === 0) lane[0]?.advance()
  }

  /** Lanes in which somebody stands. */
  get size(): number {
    return this.#lanes.size
  }
}

/** A place in several lanes. */
export class Ticket {
  /** Lanes in which somebody else is first. */
  ahead = 0
  readonly #lanes: Lanes
  #names: readonly string[]
  #begin: (() => void) | undefined

  constructor(lanes: Lanes, names: readonly string[]) {
    this.#lanes = lanes
    this.#names = names
  }

  /** Calls back when this ticket is first in all of its lanes; must not be called when it is already. */
  whenFirst(begin: () => void): void {
    this.#begin = begin
  }

  advance(): void {
    this.ahead--
    if (this.ahead > 0) return
    const begin = this.#begin
    this.#begin = undefined
    begin?.()
  }

  /** Leaves all lanes but the one named. */
  leave(except?: string): void {
    const names = this.#names
    this.#names = except === undefined ? [] : names.filter((name) => name === except)
    for (const name of names) if (name !== except) this.#lanes.leave(this, name)
  }
}
