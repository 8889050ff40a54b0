import { compileFilter, type RecordedEvent, type SubscribeOptions, type SubscriptionBatch } from '@micro/core'
import type { EventLog } from './event-log.ts'
import { LogReader } from './read-events.ts'

/** A handle as its subscriptions see it. */
export interface SubscriptionOwner {
  readonly log: EventLog
  readonly isClosed: boolean
  /** @throws MicroError `MICRO_UNAVAILABLE` */
  assertOpen(): void
}

type Result = IteratorResult<SubscriptionBatch, undefined>

/**
 * Pulls from the log by position, so a slow consumer costs nothing but its place in the log; only the wake-up is pushed.
 * Written by hand and not as a generator: `return` must end it also while it waits.
 */
export class Subscription implements AsyncIterableIterator<SubscriptionBatch, undefined, undefined> {
  readonly #owner: SubscriptionOwner
  readonly #log: EventLog
  readonly #reader: LogReader
  readonly #passes: ReturnType<typeof compileFilter>
  readonly #signal: AbortSignal | undefined
  readonly #onWake = (): void => this.#wake()
  #position: number
  /** Where the watch stood when the log was read last: what came since needs no waiting. */
  #epoch = -1
  /** Whether that was the end of the log: then there is nothing to read before the watch has moved. */
  #isCaughtUp = false
  #hasBegun = false
  #hasEnded = false
  #wakeUp: (() => void) | undefined
  #pulling: Promise<unknown> | undefined

  constructor(owner: SubscriptionOwner, options: SubscribeOptions) {
    const { after = 0, filter, signal } = options
    this.#owner = owner
    this.#log = owner.log
    this.#reader = new LogReader(owner.log, filter)
    this.#passes = compileFilter(filter)
    this.#position = after
    this.#signal = signal
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** One after the other, also when it is called without waiting for the one before. */
  next(): Promise<Result> {
    const pull = (): Promise<Result> => this.#pull()
    const result = this.#pulling === undefined ? pull() : this.#pulling.then(pull, pull)
    this.#pulling = result
    return result
  }

  return(): Promise<Result> {
    this.#end()
    return Promise.resolve({ value: undefined, done: true })
  }

  async #pull(): Promise<Result> {
    try {
      this.#begin()
      while (!this.#isOver()) {
        const value = await this.#log.database.read(() => this.#take())
        if (this.#isOver()) break
        if (value !== undefined) return { value, done: false }
        await this.#change()
      }
    } catch (error) {
      this.#end()
      throw error
    }
    this.#end()
    return { value: undefined, done: true }
  }

  #begin(): void {
    if (this.#hasBegun || this.#hasEnded) return
    this.#owner.assertOpen()
    this.#hasBegun = true
    this.#log.subscriptionCount++
    this.#signal?.addEventListener('abort', this.#onWake, { once: true })
  }

  #isOver(): boolean {
    if (!this.#hasEnded) this.#signal?.throwIfAborted()
    return this.#hasEnded || this.#owner.isClosed
  }

  #take(): SubscriptionBatch | undefined {
    const { epoch } = this.#log.database.watch
    if (this.#isCaughtUp && epoch === this.#epoch) return undefined
    const isFirst = this.#epoch === -1
    this.#epoch = epoch
    return this.#takeRecent() ?? this.#takeStored(isFirst)
  }

  /** What this process wrote a moment ago, if it comes right after what was delivered. */
  #takeRecent(): SubscriptionBatch | undefined {
    const commit = this.#log.recent.after(this.#position)
    return commit && this.#deliver(this.#select(commit.events), commit.position, commit.position >= this.#log.head())
  }

  #takeStored(isFirst: boolean): SubscriptionBatch | undefined {
    const { events, position, isLast } = this.#reader.forwards(this.#position)
    return position > this.#position || isFirst ? this.#deliver(events, position, isLast) : undefined
  }

  #deliver(events: readonly RecordedEvent[], position: number, caughtUp: boolean): SubscriptionBatch {
    this.#position = position
    this.#isCaughtUp = caughtUp
    return { events, position, caughtUp }
  }

  #select(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
    return this.#passes === undefined ? events : events.filter(this.#passes)
  }

  #change(): Promise<void> {
    const { watch } = this.#log.database
    if (watch.epoch !== this.#epoch) return Promise.resolve()
    return new Promise((resolve) => {
      this.#wakeUp = resolve
      watch.wait(this.#onWake)
    })
  }

  #wake(): void {
    this.#log.database.watch.stopWaiting(this.#onWake)
    this.#wakeUp?.()
    this.#wakeUp = undefined
  }

  #end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    if (this.#hasBegun) this.#log.subscriptionCount--
    this.#signal?.removeEventListener('abort', this.#onWake)
    this.#wake()
  }
}
