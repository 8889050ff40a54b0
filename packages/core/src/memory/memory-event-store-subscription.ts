import { compileFilter } from '../append/event-filter.ts'
import type { MicroError } from '../errors/micro-error.ts'
import type { SubscribeOptions, SubscriptionBatch } from '../ports/event-store.ts'
import type { MemoryLog, Passes } from './memory-event-store-log.ts'

/**
 * Pulls from the log by index, so a slow consumer costs nothing but its place in the log. Only the wake-up is pushed.
 * Written by hand and not as a generator: `return` must end it also while it waits.
 */
export class MemorySubscription implements AsyncIterableIterator<SubscriptionBatch, undefined, undefined> {
  readonly #log: MemoryLog
  readonly #closed: () => MicroError | undefined
  readonly #passes: Passes
  readonly #signal: AbortSignal | undefined
  readonly #onAbort = (): void => this.#wake()
  /** Index of the next event, which is the position after which to read. */
  #next: number
  #begun = false
  #ended = false
  #changed: Promise<void> | undefined
  #wakeUp: (() => void) | undefined

  constructor(log: MemoryLog, { after = 0, filter, signal }: SubscribeOptions, closed: () => MicroError | undefined) {
    this.#log = log
    this.#closed = closed
    this.#passes = compileFilter(filter)
    this.#next = after
    this.#signal = signal
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<SubscriptionBatch, undefined>> {
    while (!this.#ended) {
      if (this.#signal?.aborted === true) {
        this.#end()
        throw this.#signal.reason
      }
      const closed = this.#closed()
      if (closed !== undefined) {
        const isNew = !this.#begun
        this.#end()
        if (isNew) throw closed
        break
      }
      const value = this.#take()
      if (value !== undefined) return { value, done: false }
      await (this.#changed ??= this.#nextChange())
    }
    return { value: undefined, done: true }
  }

  return(): Promise<IteratorResult<SubscriptionBatch, undefined>> {
    this.#end()
    return Promise.resolve({ value: undefined, done: true })
  }

  #take(): SubscriptionBatch | undefined {
    const end = this.#log.length
    if (this.#begun && this.#next >= end) return undefined
    if (!this.#begun) this.#signal?.addEventListener('abort', this.#onAbort, { once: true })
    this.#begun = true
    const { events, next } = this.#log.forwards(this.#next, end, this.#passes)
    this.#next = next
    return { events, position: next, caughtUp: next >= end }
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeUp = () => {
        this.#wakeUp = this.#changed = undefined
        resolve()
      }
      this.#log.wait(this.#wakeUp)
    })
  }

  #wake(): void {
    if (this.#wakeUp === undefined) return
    this.#log.stopWaiting(this.#wakeUp)
    this.#wakeUp()
  }

  #end(): void {
    this.#ended = true
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#wake()
  }
}
