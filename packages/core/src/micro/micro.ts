import type { RecordedEvent, Position } from '../ports/event-store.ts'
import type { Logger } from '../ports/logger.ts'
import type { ServiceDescription } from '../ports/transport.ts'
import type { ActionContract } from '../sheets/contract.ts'
import type { MicroError } from '../errors/micro-error.ts'
import type { Act, CallAction } from './act.ts'
import type { Context } from './context.ts'
import type { Health } from './health.ts'

export interface SubscribeToEventsOptions {
  /** Position after which to begin. @default 0, the whole log */
  readonly after?: Position
  /** Only events of these types. @default all */
  readonly types?: readonly string[]
  /** Whether to go on with what is yet to happen; without it reading ends where the log ended. @default true */
  readonly live?: boolean
  readonly signal?: AbortSignal
}

/** The raw log, for programs that want it. */
export interface MicroEvents {
  /**
   * Events in position order, history first and then live, without end unless `live` is false; ends when the service stops,
   * and throws `signal.reason` when aborted. No batch splits what one command wrote, but for the types that were left out.
   */
  subscribe(options?: SubscribeToEventsOptions): AsyncIterable<readonly RecordedEvent[]>
}

/** A service. Nothing is opened before `start`; `await using` stops it. */
export interface Micro extends AsyncDisposable {
  readonly name: string
  readonly version: string

  /**
   * Adds a plain action, by contract (typed) or by name. Its handler gets the caller's own payload object.
   *
   * @throws MicroError `MICRO_WIRING` when the name is taken or the contract is another service's
   * @throws TypeError after `start`
   */
  add<Payload, Response>(
    contract: ActionContract<Payload, Response>,
    handler: (payload: NoInfer<Payload>, context: Context) => NoInfer<Response> | Promise<NoInfer<Response>>,
  ): this
  // A handler by name takes what its author says it takes: nothing is known of it.
  // oxlint-disable-next-line typescript/no-explicit-any -- the one place where the caller's word is all there is
  add(name: string, handler: (payload: any, context: Context) => unknown): this

  /** Calls an action in a new context; before the service has started it waits for that. */
  readonly act: Act
  /** As `act`, and tells the positions and the command's id too. */
  readonly call: CallAction

  readonly events: MicroEvents

  /** What the service logs with: its logger module's once that is made, before that standard error. */
  readonly log: Logger

  /** Services that run now and can be reached, one description for each instance. */
  services(): Promise<readonly ServiceDescription[]>

  health(): Health

  /**
   * Opens ports, brings models up to date, starts modules, serves actions. On failure it closes what it opened, in reverse.
   * Calling it again gives the same promise; a stopped service does not start again.
   */
  start(): Promise<void>

  /** Takes no new calls, lets those under way end up to `stopTimeoutMs`, closes everything in reverse. Idempotent. */
  stop(): Promise<void>

  /** Ends the service because of an error it cannot go on with: logged once, drained, then modules' `onFatal` listeners. */
  fail(error: unknown): void

  /** Resolves when the service has stopped, with the error that it failed with, if so. */
  readonly stopped: Promise<MicroError | undefined>
}
