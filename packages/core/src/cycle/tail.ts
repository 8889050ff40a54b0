import { isMicroError, MicroError } from '../errors/micro-error.ts'
import { toMicroError } from '../errors/wire-error.ts'
import { assertReadable, metadataOf } from '../events/event-metadata.ts'
import type { EventStore, Position, RecordedEvent } from '../ports/event-store.ts'
import type { Host } from '../ports/provider.ts'
import type { ProjectionRunner } from '../projections/projection-runner.ts'
import { Backoff } from './backoff.ts'
import type { Call } from './call.ts'
import type { Heads } from './heads.ts'
import type { Journal } from './journal.ts'
import { PassedPositions } from './passed-positions.ts'
import { PositionWaiters } from './position-waiters.ts'
import type { Turns } from './turns.ts'

export interface TailOptions {
  readonly store: EventStore
  readonly projections: readonly ProjectionRunner[]
  readonly heads: Heads
  readonly journal: Journal
  readonly host: Host
  readonly turns: Turns
  /** Where to begin, exclusive. */
  readonly after: Position
  /** The log cannot be followed any more. */
  readonly onFatal: (error: unknown) => void
}

/** A commit of this instance that the tail has not delivered yet. */
export interface ExpectedCommit {
  /** The command's events as recorded, once the tail has passed them. */
  events: readonly RecordedEvent[] | undefined
}

/**
 * Follows the whole log once, with one subscription, and is the only source of change: for each batch it advances heads and
 * journal in one synchronous turn and then offers it to the projections.
 */
export class Tail {
  readonly #options: TailOptions
  readonly #waiters = new PositionWaiters()
  readonly #expected = new Map<string, ExpectedCommit>()
  readonly #stopping = new AbortController()
  readonly #passed: PassedPositions
  #position: Position
  #running: Promise<void> = Promise.resolve()
  #isFollowing = false
  #failed: MicroError | undefined

  constructor(options: TailOptions) {
    this.#options = options
    this.#position = options.after
    this.#passed = new PassedPositions(options.after)
  }

  /** Everything up to here has been seen. */
  get position(): Position {
    return this.#position
  }

  /** Whether the log is being followed at the moment. */
  get isFollowing(): boolean {
    return this.#isFollowing
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    const error = new MicroError('MICRO_UNAVAILABLE', 'The service is stopping.')
    this.#stopping.abort(error)
    await this.#running
    this.#waiters.fail(error)
  }

  /** `undefined` when the position was passed already. */
  reach(position: Position, call: Call | undefined): Promise<void> | undefined {
    if (position <= this.#position) return undefined
    return this.#failed === undefined ? this.#waiters.wait(position, call) : Promise.reject(this.#failed)
  }

  /** Keeps the events of a command when they come by. */
  expect(commandId: string): ExpectedCommit {
    const expected: ExpectedCommit = { events: undefined }
    this.#expected.set(commandId, expected)
    return expected
  }

  forget(commandId: string): void {
    this.#expected.delete(commandId)
  }

  async #run(): Promise<void> {
    const { host, store } = this.#options
    const backoff = new Backoff(host.runtime, { firstMs: 50, mostMs: 5_000 })
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        for await (const { events, position } of store.subscribe({ after: this.#position, signal })) {
          this.#isFollowing = true
          backoff.reset()
          await this.#take(events, position)
        }
        // A store that was closed under us ends the subscription without an error.
        if (!signal.aborted) throw new MicroError('MICRO_UNAVAILABLE', 'The event store ended the subscription.')
      } catch (error) {
        this.#isFollowing = false
        if (signal.aborted) return
        if (!isMicroError(error) || !error.retryable || error.fatal) return this.#fail(error)
        host.logger.warn({ err: error, position: this.#position }, 'the log cannot be followed, trying again')
        await backoff.wait(signal)
      }
    }
  }

  /** Whoever waits for a position would wait for ever, a start among them. */
  #fail(error: unknown): void {
    this.#failed = toMicroError(error, 'The event log cannot be followed.')
    this.#waiters.fail(this.#failed)
    this.#options.onFatal(error)
  }

  async #take(delivered: readonly RecordedEvent[], position: Position): Promise<void> {
    const events = this.#passed.pass(delivered)
    this.#advance(events, Math.max(position, this.#position))
    let room: Promise<void> | undefined
    for (const projection of this.#options.projections) room = both(room, projection.offer(events))
    if (room !== undefined) await room
    const turn = this.#options.turns.waitWhenDue()
    if (turn !== undefined) await turn
  }

  /** One synchronous turn: nobody sees a head without the heads beside it. */
  #advance(events: readonly RecordedEvent[], position: Position): void {
    const { heads, journal, host } = this.#options
    for (const [at, event] of events.entries()) {
      assertReadable(event)
      heads.advance(event.stream, event.revision, event.position)
      const metadata = metadataOf(event)
      if (metadata === undefined || metadata.index !== 0 || metadata.service !== host.service) continue
      journal.add(metadata.commandId, event.position)
      const expected = this.#expected.get(metadata.commandId)
      if (expected !== undefined) expected.events = events.slice(at, at + metadata.count)
    }
    this.#position = position
    this.#waiters.advance(position)
  }
}

function both(first: Promise<void> | undefined, second: Promise<void> | undefined): Promise<void> | undefined {
  if (first === undefined) return second
  return second === undefined ? first : Promise.all([first, second]).then(() => undefined)
}
