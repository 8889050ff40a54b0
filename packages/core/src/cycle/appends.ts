import { isMicroError, MicroError, withErrorOptions } from '../errors/micro-error.ts'
import type { AppendResult, EventStore, StreamWrite } from '../ports/event-store.ts'
import type { Host } from '../ports/provider.ts'
import { Backoff } from './backoff.ts'

/**
 * Hands batches to the store and sees them through: an append whose outcome is unknown is sent again, the same batch with
 * the same ids and revisions, until the store says what became of it. Whoever waits for it may have gone long before.
 */
export class Appends {
  readonly #store: EventStore
  readonly #host: Host
  readonly #limit: number
  readonly #stopping = new AbortController()
  #unanswered = 0

  /** @param limit unanswered appends beyond which commands are refused: a silent store must not fill the memory */
  constructor(store: EventStore, host: Host, limit: number) {
    this.#store = store
    this.#host = host
    this.#limit = limit
  }

  /** @throws MicroError `MICRO_OVERLOADED` when the store owes too many answers */
  checkRoom(): void {
    if (this.#unanswered >= this.#limit)
      throw new MicroError('MICRO_OVERLOADED', 'The event store does not answer. Try again later.')
  }

  /** @throws MicroError what the store answered; outcome `unknown` only when the service stops before it is known */
  append(writes: readonly StreamWrite[]): Promise<AppendResult> {
    const appended = this.#store.append(writes)
    this.#unanswered++
    return appended.then(this.#answered, (error: unknown) => this.#failed(writes, error))
  }

  /** Gives up on appends that are still unknown. */
  stop(): void {
    this.#stopping.abort()
  }

  readonly #answered = (result: AppendResult): AppendResult => {
    this.#unanswered--
    return result
  }

  async #failed(writes: readonly StreamWrite[], error: unknown): Promise<AppendResult> {
    try {
      if (!isMicroError(error) || error.outcome !== 'unknown') throw error
      return await this.#sendAgain(writes, error)
    } finally {
      this.#unanswered--
    }
  }

  async #sendAgain(writes: readonly StreamWrite[], unknown: MicroError): Promise<AppendResult> {
    const backoff = new Backoff(this.#host.runtime, { firstMs: 20, mostMs: 2_000 })
    for (let last = unknown; ;) {
      if (this.#stopping.signal.aborted) throw withErrorOptions(last, { outcome: 'unknown' })
      this.#host.logger.warn({ err: last }, 'the outcome of an append is unknown, sending it again')
      await backoff.wait(this.#stopping.signal)
      try {
        return await this.#store.append(writes)
      } catch (error) {
        // What refused this try says nothing of an earlier one: only the log's own word settles that.
        if (!isMicroError(error) || isMicroError(error, 'MICRO_CONFLICT') || isMicroError(error, 'MICRO_DUPLICATE'))
          throw error
        last = error
      }
    }
  }
}
