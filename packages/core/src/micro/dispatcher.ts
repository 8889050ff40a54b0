import { assertReadOnly } from '../cycle/assert-read-only.ts'
import { Call } from '../cycle/call.ts'
import type { CallCarrier } from '../cycle/instance.ts'
import { runBounded } from '../cycle/run-bounded.ts'
import type { Outcome } from '../errors/codes.ts'
import { isMicroError, MicroError, withErrorOptions } from '../errors/micro-error.ts'
import { toMicroError } from '../errors/wire-error.ts'
import { checkCallersId } from '../ids/callers-id.ts'
import type { MaybePromise } from '../values/maybe-promise.ts'
import type { Act, ActOptions, CallResult } from './act.ts'
import type { Answer } from './answer.ts'
import type { BoundEndpoint } from './bound-endpoint.ts'
import { checkTimeout } from './check-timeout.ts'
import { readTarget } from './call-target.ts'
import { ANONYMOUS } from './identity.ts'
import type { RemoteCalls } from './remote-calls.ts'
import { checkObject } from '../values/shown.ts'

export interface DispatcherOptions {
  readonly service: string
  readonly timeoutMs: number
  readonly carrier: CallCarrier
  readonly endpoints: ReadonlyMap<string, BoundEndpoint>
  readonly remote: RemoteCalls
}

/** Context that came with a request over the wire. */
export interface Received {
  readonly causationId?: string | undefined
}

const NOTHING_RECEIVED: Received = Object.freeze({})
const NO_OPTIONS: ActOptions = Object.freeze({})

/** Brings each call to its action: one of this service's, or another service's over the transport. */
export class Dispatcher {
  readonly #options: DispatcherOptions

  constructor(options: DispatcherOptions) {
    this.#options = options
  }

  /** `act` for a new context, or for a handler's. */
  act(args: Parameters<Act>, parent?: Call): Promise<unknown> {
    return this.#answer(args, parent, NOTHING_RECEIVED, responseOf)
  }

  call(args: Parameters<Act>, parent?: Call): Promise<CallResult<unknown>> {
    return this.#answer(args, parent, NOTHING_RECEIVED, resultOf)
  }

  /** For a request that came over the wire. */
  answer(args: Parameters<Act>, received: Received): Promise<Answer> {
    return this.#answer(args, undefined, received, itself)
  }

  #answer<T>(
    args: Parameters<Act>,
    parent: Call | undefined,
    received: Received,
    form: (answer: Answer) => T,
  ): Promise<T> {
    try {
      return Promise.resolve(this.#perform(args, parent, received, form))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Answers in the same turn what can be answered at once. */
  #perform<T>(
    args: Parameters<Act>,
    parent: Call | undefined,
    received: Received,
    form: (answer: Answer) => T,
  ): T | Promise<T> {
    const [asked, payload, options = NO_OPTIONS] = args as [unknown, unknown, ActOptions?]
    checkObject(options, 'act: options')
    const target = readTarget(asked)
    const { carrier, service, endpoints, remote } = this.#options
    const isHere = target.service === undefined ? endpoints.has(target.name) : target.service === service
    parent?.check()
    if (parent?.isDeciding === true) carrier.reads.count++
    if (!isHere) return remote.call(target, payload, options, parent).then(form)
    const bound = endpoints.get(target.name)
    if (bound === undefined)
      throw new MicroError('MICRO_NOT_FOUND', `The service "${service}" has no action "${target.name}".`, { service })
    assertReadOnly(parent, bound.endpoint.kind, target.name)
    const now = carrier.host.runtime.monotonic()
    const call = this.#begin(bound, options, parent, received, now)
    const work = (): MaybePromise<unknown> => {
      const turn = carrier.turns.waitWhenDue(now)
      if (turn === undefined) return bound.run(call, bound.checkPayload(payload))
      return turn.then(() => {
        call.check()
        return bound.run(call, bound.checkPayload(payload))
      })
    }
    const finish = (made: unknown): T => form(bound.answer(call, made))
    return runBounded(carrier, call, { parent, signal: options.signal }, work, finish, this.#answerable)
  }

  #begin(
    { endpoint, scope }: BoundEndpoint,
    options: ActOptions,
    parent: Call | undefined,
    received: Received,
    now: number,
  ): Call {
    const { carrier, timeoutMs } = this.#options
    const { runtime } = carrier.host
    const ownDeadline = now + checkTimeout(options.timeoutMs ?? timeoutMs)
    return new Call({
      endpoint,
      scope,
      runtime,
      parent,
      identity: parent?.identity ?? options.identity ?? ANONYMOUS,
      callersId: options.commandId === undefined ? undefined : checkCallersId(options.commandId),
      key: options.key,
      correlationId: options.correlationId,
      causationId: parent?.commandId ?? received.causationId,
      deadlineAt: parent === undefined ? ownDeadline : Math.min(parent.deadlineAt, ownDeadline),
      positions: options.positions,
    })
  }

  /** What the caller gets: a typed error whose outcome is what the log holds, logged here if it is a fault of the service. */
  readonly #answerable = (thrown: unknown, call: Call): MicroError => {
    const { carrier, service } = this.#options
    const error = toMicroError(thrown)
    const outcome = call.endpoint.kind === 'action' ? outcomeOfAction(thrown) : this.#outcomeOf(call)
    const answer = withErrorOptions(error, {
      outcome,
      service: error.service ?? service,
      correlationId: error.correlationId ?? call.correlationId,
    })
    if (isMicroError(error, 'MICRO_INTERNAL') && !isMicroError(thrown))
      carrier.host.logger.error(
        { err: thrown, action: call.endpoint.name, correlationId: call.correlationId, commandId: call.commandId },
        'an action failed',
      )
    return answer
  }

  #outcomeOf({ endpoint, outcome, commandId }: Call): Outcome {
    const isUnknown = outcome === 'none' && endpoint.kind === 'command' && this.#options.carrier.unknown.has(commandId)
    return isUnknown ? 'unknown' : outcome
  }
}

const itself = (answer: Answer): Answer => answer

const responseOf = (answer: Answer): unknown => answer.response

function resultOf({ response, repeated, context }: Answer): CallResult<unknown> {
  return { response, commandId: context.callersId, repeated, positions: context.positions.toJSON() }
}

/** A handler that failed halfway may have called commands before; only a typed error says what was left. */
function outcomeOfAction(thrown: unknown): Outcome {
  return isMicroError(thrown) ? thrown.outcome : 'unknown'
}
