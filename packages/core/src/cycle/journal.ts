import { IdPositions } from '../ids/id-positions.ts'
import type { Position } from '../ports/event-store.ts'

/**
 * The service's last commands: command id → position of its first event. Holds at least `limit` of them, in two
 * generations as `Heads` does. Digest and count are read from the log when a repeat comes.
 */
export class Journal {
  readonly #limit: number
  #young = new IdPositions()
  #old = new IdPositions()

  constructor(limit: number) {
    this.#limit = limit
  }

  get(commandId: string): Position | undefined {
    return this.#young.get(commandId) ?? this.#old.get(commandId)
  }

  add(commandId: string, position: Position): void {
    if (this.#young.size >= this.#limit) {
      const forgotten = this.#old
      forgotten.clear()
      this.#old = this.#young
      this.#young = forgotten
    }
    this.#young.set(commandId, position)
  }
}
