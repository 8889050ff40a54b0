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
 * New ones are only noted, and entered when somebody asks: of a replay, in which nobody does, the last ones alone.
 */
export class Journal {
  readonly #limit: number
  #young = new Map<string, Position>()
  #old = new Map<string, Position>()
  #notes = noNotes()
  #oldNotes = noNotes()

  constructor(limit: number) {
    this.#limit = limit
  }

  get(commandId: string): Position | undefined {
    if (this.#notes.ids.length > 0) this.#enterNotes()
    return this.#young.get(commandId) ?? this.#old.get(commandId)
  }

  add(commandId: string, position: Position): void {
    if (this.#notes.ids.length >= this.#limit) {
      this.#oldNotes = this.#notes
      this.#notes = noNotes()
    }
    this.#notes.ids.push(commandId)
    this.#notes.positions.push(position)
  }

  #enterNotes(): void {
    const missing = Math.max(0, this.#limit - this.#notes.ids.length)
    if (this.#oldNotes.ids.length > 0) this.#enter(this.#oldNotes, Math.max(0, this.#oldNotes.ids.length - missing))
    this.#enter(this.#notes, 0)
    this.#notes = noNotes()
    this.#oldNotes = noNotes()
  }

  #enter({ ids, positions }: Notes, from: number): void {
    for (let at = from; at < ids.length; at++) {
      if (this.#young.size >= this.#limit) {
        this.#old = this.#young
        this.#young = new Map()
      }
      this.#young.set(ids[at] as string, positions[at] as Position)
    }
  }
}

function noNotes(): Notes {
  return { ids: [], positions: [] }
}
