import { PositionWaiters } from '../cycle/position-waiters.ts'
import type { Call } from '../cycle/call.ts'
import { isMicroError, MicroError } from '../errors/micro-error.ts'
import { startOfAppend } from '../events/event-metadata.ts'
import type { Position, RecordedEvent } from '../ports/event-store.ts'
import type { Generation, GenerationCheckpoint, ProjectionStore } from '../ports/projection-store.ts'
import type { Host } from '../ports/provider.ts'
import { Backoff } from '../cycle/backoff.ts'
import { foldEvents } from './fold-events.ts'
import type { ProjectionPlan } from './projection-plan.ts'
import { ReducerFailure } from './reducer-failure.ts'

/** How long a checkpoint may stand still, behind an event that the tail has delivered, before a follower applies itself. */
const TAKE_OVER_AFTER_MS = 500

/** Events waiting to be applied beyond which the tail waits: memory stays bounded behind a slow store. */
const MOST_WAITING_EVENTS = 10_000

const LARGEST_COMMIT = 2_000

export interface ProjectionRunnerOptions {
  readonly plan: ProjectionPlan
  readonly store: ProjectionStore
  readonly host: Host
  readonly generation: Generation
  /** What the store has applied when the runner starts. */
  readonly checkpoint: GenerationCheckpoint
}

/**
 * Keeps one module's models up to date with the events that the tail offers. Any instance may apply: safety is the
 * compare-and-set on the checkpoint, liveness is progress. A beaten runner follows the checkpoint of whoever won, and
 * applies itself when that one stands still.
 */
export class ProjectionRunner {
  readonly plan: ProjectionPlan
  readonly projection: string
  readonly #store: ProjectionStore
  readonly #host: Host
  /** What is applied here, and so what is read here: `applied` says nothing of another generation's rows. */
  readonly generation: Generation
  readonly #waiters = new PositionWaiters()
  readonly #room: (() => void)[] = []
  readonly #stopping = new AbortController()
  #checkpoint: GenerationCheckpoint
  #waiting: RecordedEvent[] = []
  /** The checkpoint whose rows the last fold began on. */
  #foldedOn = 0
  #isRunning = false
  #isFollowing = false
  #halted: MicroError<'MICRO_PROJECTION_HALTED'> | undefined
  #idle: Promise<void> = Promise.resolve()

  constructor(options: ProjectionRunnerOptions) {
    this.plan = options.plan
    this.projection = options.generation.projection
    this.#store = options.store
    this.#host = options.host
    this.generation = options.generation
    this.#checkpoint = options.checkpoint
  }

  /** Position that the rows are known to reflect at least. */
  get applied(): Position {
    return this.#checkpoint.position
  }

  /** Why nothing is applied any more, if so. */
  get halted(): MicroError<'MICRO_PROJECTION_HALTED'> | undefined {
    return this.#halted
  }

  /** Asks the store what its rows reflect, which another instance may have moved beyond `applied`. */
  async askApplied(): Promise<Position> {
    this.#reached(await this.#store.checkpoint(this.projection, { generation: this.generation.generation }))
    return this.applied
  }

  /** Takes whole appends in position order. A promise says that the tail should wait before it offers more. */
  offer(events: readonly RecordedEvent[]): Promise<void> | undefined {
    if (this.#halted !== undefined || events.length === 0) return undefined
    // Another instance may have applied them already, and somebody here may have heard of it.
    for (const event of events) if (event.position > this.applied) this.#waiting.push(event)
    if (this.#waiting.length === 0) return undefined
    if (!this.#isRunning) this.#idle = this.#run()
    if (this.#waiting.length <= MOST_WAITING_EVENTS) return undefined
    return new Promise((resolve) => this.#room.push(resolve))
  }

  /** `undefined` when the position is applied already; rejects when the projection halts or the call ends. */
  reach(position: Position, call: Call | undefined): Promise<void> | undefined {
    if (this.#halted !== undefined) return Promise.reject(this.#halted)
    if (position <= this.applied) return undefined
    return this.#waiters.wait(position, call)
  }

  /** The rows are gone: another instance has rebuilt them and dropped these. A start finds the new ones. */
  lose(): MicroError<'MICRO_PROJECTION_HALTED'> {
    if (this.#halted !== undefined) return this.#halted
    const error = new MicroError(
      'MICRO_PROJECTION_HALTED',
      `The models of ${this.plan.module} were rebuilt by another instance, and those of this one dropped: commands and views that read them are refused until the service is restarted.`,
      { details: { projection: this.projection, position: this.applied } },
    )
    this.#haltWith(error)
    return error
  }

  async stop(): Promise<void> {
    const error = new MicroError('MICRO_UNAVAILABLE', 'The service is stopping.')
    this.#stopping.abort(error)
    await this.#idle
    this.#waiters.fail(error)
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    const backoff = new Backoff(this.#host.runtime, { firstMs: 20, mostMs: 2_000 })
    try {
      while (this.#waiting.length > 0 && this.#halted === undefined && !this.#stopping.signal.aborted) {
        try {
          await (this.#isFollowing ? this.#follow() : this.#apply())
          backoff.reset()
        } catch (error) {
          // Recovering asks the store, which may fail as well: that is just one more try.
          await this.#recover(error, backoff).catch((again: unknown) => this.#retry(again, backoff))
        }
        if (this.#waiting.length <= MOST_WAITING_EVENTS / 2) this.#giveRoom()
      }
    } finally {
      this.#isRunning = false
      this.#giveRoom()
    }
  }

  async #recover(error: unknown, backoff: Backoff): Promise<void> {
    if (this.#stopping.signal.aborted) return
    if (isMicroError(error, 'MICRO_CONFLICT')) return this.#giveWay()
    if (isMicroError(error, 'MICRO_NOT_FOUND')) this.lose()
    if (this.#halted !== undefined) return
    if (error instanceof ReducerFailure) {
      await this.#giveWay()
      // Rows that another instance had moved on already may well not take the event.
      if (this.applied < error.event.position && this.applied === this.#foldedOn) this.#halt(error)
      return
    }
    return this.#retry(error, backoff)
  }

  async #retry(error: unknown, backoff: Backoff): Promise<void> {
    if (this.#stopping.signal.aborted) return
    if (isMicroError(error) && error.retryable) {
      this.#host.logger.warn({ err: error, projection: this.projection }, 'models cannot be written, trying again')
      return backoff.wait(this.#stopping.signal)
    }
    const [first] = this.#waiting
    if (first !== undefined) this.#halt(new ReducerFailure(first, error))
  }

  async #giveWay(): Promise<void> {
    this.#isFollowing = true
    await this.askApplied()
    this.#dropApplied()
  }

  async #apply(): Promise<void> {
    this.#dropApplied()
    if (this.#waiting.length === 0) return
    const events = this.#waiting.length <= LARGEST_COMMIT ? this.#waiting : this.#nextPart()
    const count = events.length
    try {
      await this.#commit(events)
    } catch (error) {
      if (!(error instanceof ReducerFailure)) throw error
      // What came before the failing append is applied, so that the position tells exactly where it halted.
      const start = startOfAppend(events, events.indexOf(error.event))
      if (start > 0) {
        await this.#commit(events.slice(0, start))
        this.#dropApplied()
      }
      throw error
    }
    if (events === this.#waiting && events.length === count) this.#waiting = []
    else this.#dropApplied()
  }

  #nextPart(): RecordedEvent[] {
    const end = startOfAppend(this.#waiting, LARGEST_COMMIT)
    // One append larger than a commit should be stays whole.
    return end > 0 ? this.#waiting.slice(0, end) : this.#waiting
  }

  async #commit(given: readonly RecordedEvent[]): Promise<void> {
    // The tail adds to the waiting events while a commit is under way.
    const events = given.slice()
    const last = events.at(-1)
    if (last === undefined) return
    // Before the first row is read: a checkpoint heard of meanwhile says that these rows are not what was folded on.
    const { position, eventId } = this.#checkpoint
    this.#foldedOn = position
    const changes = await foldEvents(this.plan, this.#store, this.generation, events)
    const previous = position === 0 ? undefined : { position, eventId }
    const next = { position: last.position, eventId: last.id }
    await this.#store.commit(this.generation, { previous, next, changes })
    this.#reached({ ...next, generation: this.generation.generation })
  }

  async #follow(): Promise<void> {
    const next = this.#waiting[0] as RecordedEvent
    const before = this.applied
    const patience = new AbortController()
    const timer = this.#host.runtime.setTimer(TAKE_OVER_AFTER_MS * (1 + this.#host.runtime.random() / 5), () =>
      patience.abort(),
    )
    const signal = AbortSignal.any([patience.signal, this.#stopping.signal])
    try {
      const { generation } = this.generation
      this.#reached(await this.#store.checkpoint(this.projection, { atLeast: next.position, generation, signal }))
    } catch (error) {
      if (!patience.signal.aborted || this.#stopping.signal.aborted) throw error
      await this.askApplied()
      if (this.applied === before) this.#isFollowing = false
    } finally {
      timer.cancel()
    }
    this.#dropApplied()
  }

  #reached(checkpoint: GenerationCheckpoint | undefined): void {
    if (checkpoint === undefined) throw this.lose()
    if (checkpoint.position <= this.#checkpoint.position) return
    this.#checkpoint = checkpoint
    this.#waiters.advance(checkpoint.position)
  }

  #dropApplied(): void {
    const firstLeft = this.#waiting.findIndex(({ position }) => position > this.applied)
    this.#waiting = firstLeft === -1 ? [] : this.#waiting.slice(firstLeft)
  }

  #halt({ event, message, cause }: ReducerFailure): void {
    this.#haltWith(
      new MicroError(
        'MICRO_PROJECTION_HALTED',
        `The models of ${this.plan.module} cannot take the event "${event.type}" at position ${event.position}: commands and views that read them are refused until the reducer is mended and the service restarted.`,
        {
          details: { projection: this.projection, position: event.position, eventType: event.type, reason: message },
          cause,
        },
      ),
    )
  }

  #haltWith(error: MicroError<'MICRO_PROJECTION_HALTED'>): void {
    this.#halted = error
    this.#host.logger.error({ err: error }, 'a projection has halted')
    this.#waiting = []
    this.#waiters.fail(error)
  }

  #giveRoom(): void {
    for (const resolve of this.#room.splice(0)) resolve()
  }
}
