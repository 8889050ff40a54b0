import { assertReadOnly } from '../cycle/assert-read-only.ts'
import { Backoff, pause } from '../cycle/backoff.ts'
import { type Call, nestedName } from '../cycle/call.ts'
import { inTime } from '../cycle/in-time.ts'
import { UnknownOutcomes } from '../cycle/unknown-outcomes.ts'
import { isMicroError, MicroError, withErrorOptions } from '../errors/micro-error.ts'
import { fromWireError } from '../errors/wire-error.ts'
import { checkCallersId } from '../ids/callers-id.ts'
import { deriveId } from '../ids/derive-id.ts'
import type { Host } from '../ports/provider.ts'
import type { Headers, Reply, Transport } from '../ports/transport.ts'
import type { JsonValue } from '../values/json.ts'
import { sealJson } from '../values/seal-json.ts'
import { writeDeadline } from '../wire/deadline-header.ts'
import { HEADERS } from '../wire/headers.ts'
import { tokenFor, writeIdentity } from '../wire/identity-header.ts'
import type { ReadKeys } from '../wire/keys.ts'
import { subjectOf } from '../wire/subject.ts'
import type { ActOptions } from './act.ts'
import type { Answer } from './answer.ts'
import { checkTimeout } from './check-timeout.ts'
import type { CallTarget } from './call-target.ts'
import type { Directory } from './directory.ts'
import { ANONYMOUS } from './identity.ts'
import { Positions } from './positions.ts'

const MOST_TRIES = 4

/** How long after its time a request is given up here: a transport that keeps its promise says more than we could. */
const GRACE_MS = 100

/**
 * How much earlier the called service has to answer than the caller gives up: at the same moment its word on what was done
 * would come too late, and every time-out would leave the caller not knowing.
 */
const MOST_EARLIER_MS = 50
const earlierMs = (timeoutMs: number): number => Math.min(MOST_EARLIER_MS, timeoutMs / 10)

/** Where a call goes, and what goes with it. */
interface Outgoing {
  readonly subject: string
  readonly body: JsonValue | undefined
  readonly callersId: string
  readonly correlationId: string | undefined
  readonly causationId: string | undefined
  readonly positions: Positions
  readonly deadlineAt: number
  readonly signal: AbortSignal | undefined
  /** What proves who asks. */
  readonly token: string | undefined
}

export interface RemoteCallsOptions {
  readonly transport: Transport
  readonly directory: Directory
  readonly host: Host
  readonly namespace: string
  readonly timeoutMs: number
  readonly keys: ReadKeys | undefined
}

/** Calls of other services' actions: context in headers, the remaining time with every try. */
export class RemoteCalls {
  readonly #options: RemoteCallsOptions
  readonly #unknown = new UnknownOutcomes()

  constructor(options: RemoteCallsOptions) {
    this.#options = options
  }

  async call(target: CallTarget, payload: unknown, options: ActOptions, parent: Call | undefined): Promise<Answer> {
    if (target.kind !== undefined) assertReadOnly(parent, target.kind, target.name)
    const outgoing = await this.#address(target, payload, options, parent)
    const id = `${outgoing.subject} ${outgoing.callersId}`
    const reply = await this.#requestWithRetries(outgoing).catch((error: unknown) => {
      throw isMicroError(error) ? this.#afterUnknown(id, error) : error
    })
    this.#unknown.settle(id)
    return { response: reply.body, repeated: reply.headers[HEADERS.repeated] === 'true', context: outgoing }
  }

  /** After an unknown outcome of an id, nothing but a run that says "done" can take the doubt away. */
  #afterUnknown(id: string, error: MicroError): MicroError {
    if (error.outcome === 'unknown') this.#unknown.add(id)
    else if (error.outcome === 'done') this.#unknown.settle(id)
    else if (this.#unknown.has(id)) return withErrorOptions(error, { outcome: 'unknown' })
    return error
  }

  async #address(
    target: CallTarget,
    payload: unknown,
    options: ActOptions,
    parent: Call | undefined,
  ): Promise<Outgoing> {
    const { directory, host, namespace, timeoutMs, keys } = this.#options
    const { runtime } = host
    const ownDeadline = runtime.monotonic() + checkTimeout(options.timeoutMs ?? timeoutMs)
    const derive = (id: string): string =>
      deriveId(id, nestedName(target.name, options.key, parent?.takeOrdinal() ?? 0))
    const callersId =
      options.commandId === undefined
        ? parent === undefined
          ? runtime.newId()
          : derive(parent.commandId)
        : checkCallersId(options.commandId)
    let { service, kind } = target
    const deadlineAt = parent === undefined ? ownDeadline : Math.min(parent.deadlineAt, ownDeadline)
    if (service === undefined) {
      const leftMs = deadlineAt - runtime.monotonic()
      ;({ service, kind } = await inTime(runtime, leftMs, directory.find(target.name), () =>
        notFoundInTime(target.name),
      ))
    }
    assertReadOnly(parent, kind, target.name)
    const identity = parent?.identity ?? options.identity ?? ANONYMOUS
    const isProven = identity.subject !== undefined && keys?.own !== undefined
    // What is signed names its correlation, so that there must be one from the first call on.
    const correlationId = options.correlationId ?? parent?.correlationId ?? (isProven ? callersId : undefined)
    const expires = Math.ceil(runtime.now() + deadlineAt - runtime.monotonic())
    return {
      subject: subjectOf(namespace, service, target.name),
      body: payload === undefined ? undefined : sealJson(payload, `the payload of "${target.name}"`),
      callersId,
      correlationId,
      causationId: parent?.commandId,
      positions: options.positions ?? parent?.positions ?? new Positions(),
      deadlineAt,
      signal: options.signal ?? parent?.signal,
      token: isProven ? tokenFor({ identity, correlationId: correlationId as string, expires }, keys) : undefined,
    }
  }

  /** Tries again only what left nothing behind; a conflict is the rule's own, and was retried where it happened. */
  async #requestWithRetries(outgoing: Outgoing): Promise<Reply> {
    const { runtime } = this.#options.host
    const backoff = new Backoff(runtime, { firstMs: 10, mostMs: 500 })
    for (let attempt = 1; ; attempt++) {
      const reply = await this.#request(outgoing).catch((error: unknown) => failedReply(error, outgoing.signal))
      const { error } = reply
      const mayRepeat =
        error !== undefined && error.retryable && error.outcome === 'none' && error.code !== 'MICRO_CONFLICT'
      if (!mayRepeat || attempt >= MOST_TRIES || outgoing.signal?.aborted === true) return unwrap(reply)
      const pauseMs = backoff.next()
      // A caller whose time is over before the next try is told now.
      if (runtime.monotonic() + pauseMs >= outgoing.deadlineAt) return unwrap(reply)
      await pause(runtime, pauseMs, outgoing.signal)
    }
  }

  async #request({ subject, positions, deadlineAt, signal, ...context }: Outgoing): Promise<Reply> {
    const { transport, host, keys } = this.#options
    if (signal?.aborted === true) throw new MicroError('MICRO_CANCELLED', 'The caller has gone.')
    const timeoutMs = deadlineAt - host.runtime.monotonic()
    if (timeoutMs <= 0) throw new MicroError('MICRO_TIMEOUT', 'There was no time left for the call.')
    const { callersId: commandId, body, token } = context
    const deadline = writeDeadline(timeoutMs - earlierMs(timeoutMs), host)
    const headers: Headers = {
      [HEADERS.commandId]: commandId,
      [HEADERS.deadline]: deadline,
      ...(token === undefined || keys?.own === undefined
        ? {}
        : { [HEADERS.identity]: writeIdentity(token, { subject, commandId, deadline, body }, keys.own) }),
      ...(positions.isEmpty ? {} : { [HEADERS.position]: positions.toString() }),
      ...(context.correlationId === undefined ? {} : { [HEADERS.correlationId]: context.correlationId }),
      ...(context.causationId === undefined ? {} : { [HEADERS.causationId]: context.causationId }),
    }
    const request = transport.request(subject, { headers, body }, { timeoutMs, signal })
    const reply = await inTime(host.runtime, timeoutMs + GRACE_MS, request, () => unanswered(subject))
    const met = reply.headers[HEADERS.position]
    if (met !== undefined) positions.merge(Positions.parse(met))
    return reply
  }
}

function notFoundInTime(action: string): MicroError {
  return new MicroError('MICRO_TIMEOUT', `Nobody said in time which service has the action "${action}".`)
}

function unanswered(subject: string): MicroError {
  return new MicroError('MICRO_TIMEOUT', `The transport did not answer for "${subject}" in time.`, {
    outcome: 'unknown',
  })
}

interface Failed {
  readonly headers: Headers
  readonly body?: undefined
  readonly error: MicroError
}

function failedReply(error: unknown, signal: AbortSignal | undefined): Failed {
  if (signal?.aborted === true && error === signal.reason) return { headers: {}, error: abandoned(error) }
  if (!isMicroError(error)) throw error
  return { headers: {}, error }
}

/** Transports reject with the signal's reason, which knows nothing of the request: that may have arrived by then. */
function abandoned(reason: unknown): MicroError {
  if (isMicroError(reason)) return withErrorOptions(reason, { outcome: 'unknown' })
  return new MicroError('MICRO_CANCELLED', 'The caller has gone.', { outcome: 'unknown', cause: reason })
}

/** @throws MicroError the error of a reply, in this process's form */
function unwrap(reply: Reply | Failed): Reply {
  if (reply.error === undefined) return reply
  throw isMicroError(reply.error) ? reply.error : fromWireError(reply.error)
}
