/** A timer that waits for its time on a clock that only moves when told to. */
export interface QueuedTimer {
  readonly dueAt: number
  readonly callback: () => void
}

/** Timers in the order in which they are due; of those due at once the one that was set first comes first. */
export class TimerQueue {
  readonly #timers: QueuedTimer[] = []

  get first(): QueuedTimer | undefined {
    return this.#timers[0]
  }

  get all(): readonly QueuedTimer[] {
    return this.#timers
  }

  add(timer: QueuedTimer): void {
    let low = 0
    let high = this.#timers.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#timers[middle] as QueuedTimer).dueAt <= timer.dueAt) low = middle + 1
      else high = middle
    }
    this.#timers.splice(low, 0, timer)
  }

  /** Takes the first timer if it is due by then. */
  takeDue(at: number): QueuedTimer | undefined {
    const first = this.#timers[0]
    return first !== undefined && first.dueAt <= at ? this.#timers.shift() : undefined
  }

  /** Nothing happens when it has been taken already. */
  remove(timer: QueuedTimer): void {
    const place = this.#timers.indexOf(timer)
    if (place !== -1) this.#timers.splice(place, 1)
  }
}
