import type { Outcome } from '../errors/codes.ts'
import { MicroError } from '../errors/micro-error.ts'
import { commandIdOf } from '../ids/command-id.ts'
import { deriveId } from '../ids/derive-id.ts'
import type { Identity } from '../micro/identity.ts'
import { Positions } from '../micro/positions.ts'
import type { Runtime } from '../ports/runtime.ts'
import type { Endpoint } from '../wiring/endpoint.ts'

export interface CallOptions {
  readonly endpoint: Endpoint
  /** Scope of the caller's ids for this action and subject. */
  readonly scope: (subject: string | undefined) => string
  readonly runtime: Runtime
  readonly parent: Call | undefined
  readonly identity: Identity
  /** Checked; `undefined`: derived from the parent's, or new. */
  readonly callersId: string | undefined
  /** Inside a handler: what the derived id is made from, instead of the call's ordinal. */
  readonly key: string | undefined
  readonly correlationId: string | undefined
  readonly causationId: string | undefined
  /** On the runtime's monotonic clock. */
  readonly deadlineAt: number
  /** @default the parent's, so that a context's calls see each other */
  readonly positions: Positions | undefined
}

type OverListener = (error: MicroError) => void

/** One call of an action: who asks, how long it may take, what it has left in the log, and whether it is over. */
export class Call {
  readonly endpoint: Endpoint
  readonly identity: Identity
  /** On the runtime's monotonic clock. */
  readonly deadlineAt: number
  readonly causationId: string | undefined
  /** What the log holds of this call as far as anybody knows. */
  outcome: Outcome = 'none'
  /** Whether the handler may only read: inside lanes a command or plain action could wait for itself. */
  isDeciding = false
  /** Among the calls of its tick in `Deadlines`; -1 outside. */
  placeInTick = -1
  readonly #scope: (subject: string | undefined) => string
  readonly #runtime: Runtime
  readonly #parent: Call | undefined
  /** What a nested call's id is derived from. */
  readonly #nestedName: string
  #positions: Positions | undefined
  #callersId: string | undefined
  #commandId: string | undefined
  #correlationId: string | undefined
  #callsToAnswer = 0
  #callsToDecide = 0
  #over: MicroError | undefined
  #listeners: OverListener[] | undefined
  #aborting: AbortController | undefined

  constructor(options: CallOptions) {
    const { parent, key, runtime, endpoint } = options
    this.endpoint = endpoint
    this.identity = options.identity
    this.deadlineAt = options.deadlineAt
    this.causationId = options.causationId
    this.#scope = options.scope
    this.#runtime = runtime
    this.#parent = parent
    this.#positions = options.positions
    this.#callersId = options.callersId
    this.#correlationId = options.correlationId ?? parent?.correlationId
    // Counted when the call is made; what it costs to derive the id is paid only if somebody asks for it.
    this.#nestedName = parent === undefined ? '' : nestedName(endpoint.name, key, parent.takeOrdinal())
  }

  /** The caller's id of the command: given, or made when first asked for. */
  get callersId(): string {
    return (this.#callersId ??=
      this.#parent === undefined ? this.#runtime.newId() : deriveId(this.#parent.commandId, this.#nestedName))
  }

  /** What the call's context has met of each log, shared with its parent unless it was given its own. */
  get positions(): Positions {
    return (this.#positions ??= this.#parent?.positions ?? new Positions())
  }

  /** Id of the command in the log. */
  get commandId(): string {
    return (this.#commandId ??= commandIdOf(this.#scope(this.identity.subject), this.callersId))
  }

  get correlationId(): string {
    return (this.#correlationId ??= this.commandId)
  }

  /**
   * Counts the calls that the handler makes: the next one's id is derived from it. Those made to decide, which reach views
   * only, are counted apart: a repeat decides less often than the first run did, and must give its commands the same ids.
   */
  takeOrdinal(): number {
    return this.isDeciding ? this.#callsToDecide++ : this.#callsToAnswer++
  }

  get signal(): AbortSignal {
    if (this.#aborting === undefined) {
      const aborting = (this.#aborting = new AbortController())
      this.onOver((error) => aborting.abort(error))
    }
    return this.#aborting.signal
  }

  get isOver(): boolean {
    return this.#over !== undefined
  }

  /** @throws MicroError when the caller has had its answer: nothing may be begun for it any more */
  check(): void {
    if (this.#over !== undefined) throw this.#over
  }

  /**
   * As `check`, and asks the clock: in a process that stood still, work may go on before the timer that ends its call fires.
   *
   * @throws MicroError
   */
  checkTime(now: number): void {
    if (now >= this.deadlineAt) this.expire()
    this.check()
  }

  /** Calls back when the call ends before its handler did; at once if it has. */
  onOver(listener: OverListener): void {
    if (this.#over !== undefined) listener(this.#over)
    else if (this.#listeners === undefined) this.#listeners = [listener]
    else this.#listeners.push(listener)
  }

  offOver(listener: OverListener): void {
    const listeners = this.#listeners
    const place = listeners?.indexOf(listener) ?? -1
    if (listeners === undefined || place === -1) return
    listeners.copyWithin(place, place + 1)
    listeners.pop()
  }

  expire(): void {
    this.end(
      new MicroError('MICRO_TIMEOUT', `"${this.endpoint.name}" was not done in time.`, { outcome: this.outcome }),
    )
  }

  /** Ends the call from outside: its time is over, its caller has gone, or the service stops. */
  end(error: MicroError): void {
    if (this.#over !== undefined) return
    this.#over = error
    const listeners = this.#listeners
    this.#listeners = undefined
    if (listeners !== undefined) for (const listener of listeners) listener(error)
  }
}

/** What a nested call's id is derived from: the action, and an explicit key or the call's ordinal. */
export function nestedName(action: string, key: string | undefined, ordinal: number): string {
  return key === undefined ? `call:${action}:${ordinal}` : `call:${action}:key:${key}`
}
