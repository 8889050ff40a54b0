import type { Runtime, Timer } from '@micro/core'

const FIRST_INTERVAL_MS = 5
const SLOWER = 1.3

/**
 * Wakes whoever waits for something new in the file: at once for commits of this connection, and for those of others by
 * asking SQLite, which costs microseconds, again and again while somebody waits.
 */
export class CommitWatch {
  readonly #runtime: Runtime
  readonly #hasChanged: () => boolean
  readonly #slowestMs: number
  readonly #waiting = new Set<() => void>()
  /** Grows with every change: who looked before it need not wait. */
  epoch = 0
  #timer: Timer | undefined
  #intervalMs = FIRST_INTERVAL_MS

  constructor(runtime: Runtime, hasChanged: () => boolean, slowestMs: number) {
    this.#runtime = runtime
    this.#hasChanged = hasChanged
    this.#slowestMs = slowestMs
  }

  /** Calls back once, at the next change or whenever something ends; then who waits looks for itself. */
  wait(callback: () => void): void {
    this.#waiting.add(callback)
    this.#timer ??= this.#schedule()
  }

  stopWaiting(callback: () => void): void {
    this.#waiting.delete(callback)
    if (this.#waiting.size === 0) this.#stopTimer()
  }

  wake(): void {
    this.epoch++
    const callbacks = [...this.#waiting]
    this.#waiting.clear()
    this.#stopTimer()
    for (const callback of callbacks) callback()
  }

  #schedule(): Timer {
    const jitter = 0.8 + 0.4 * this.#runtime.random()
    return this.#runtime.setTimer(Math.min(this.#intervalMs, this.#slowestMs) * jitter, () => this.#look())
  }

  #look(): void {
    this.#timer = undefined
    if (this.#hasChanged()) {
      this.#intervalMs = FIRST_INTERVAL_MS
      this.wake()
    } else {
      this.#intervalMs = Math.min(this.#slowestMs, this.#intervalMs * SLOWER)
      this.#timer = this.#schedule()
    }
  }

  #stopTimer(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }
}
