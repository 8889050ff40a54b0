import type { Position } from '../ports/event-store.ts'

/** Commands in their order, not looked at yet. */
interface Notes {
  readonly ids: string[]
  readonly positions: Position[]
}

/**
 * The service's last commands: command id → position of its first event. Holds at least `limit` of them, in two
 * generations as `Heads` does. Digest and count are read from the log when a repeat comes.
 *
 * Until somebody asks they are only noted, and the last ones entered then: in a replay nobody does.
 */
export class Journal {
  readonly #limit: number
  #young = new Map<string, Position>()
  #old = new Map<string, Position>()
  /** `undefined` once somebody has asked. */
  #notes: Notes | undefined = noNotes()
  #oldNotes = noNotes()

  constructor(limit: number) {
    this.#limit = limit
  }

  get(commandId: string): Position | undefined {
    if (this.#notes !== undefined) this.#enterNotes(this.#notes)
    return this.#young.get(commandId) ?? this.#old.get(commandId)
  }

  add(commandId: string, position: Position): void {
    if (this.#notes === undefined) return this.#enter(commandId, position)
    if (this.#notes.ids.length >= this.#limit) {
      this.#oldNotes = this.#notes
      this.#notes = noNotes()
    }
    this.#notes.ids.push(commandId)
    this.#notes.positions.push(position)
  }

  #enterNotes(notes: Notes): void {
    const old = this.#oldNotes
    this.#notes = undefined
    this.#oldNotes = noNotes()
    const missing = Math.max(0, this.#limit - notes.ids.length)
    this.#enterAll(old, Math.max(0, old.ids.length - missing))
    this.#enterAll(notes, 0)
  }

  #enterAll({ ids, positions }: Notes, from: number): void {
    for (let at = from; at < ids.length; at++) this.#enter(ids[at] as string, positions[at] as Position)
  }

  #enter(commandId: string, position: Position): void {
    if (this.#young.size >= this.#limit) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(commandId, position)
  }
}

function noNotes(): Notes {
  return { ids: [], positions: [] }
}
