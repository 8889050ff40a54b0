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
import { Patience } from '../wire/patience.ts'
import { Subjects } from '../wire/subject.ts'
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
  /** Of who asks; `undefined`: anonymous, or this service has no key. */
  readonly proof: Proof | undefined
}

interface Proof {
  readonly own: NonNullable<ReadKeys['own']>
  readonly token: string
}

/** An action of which it is known where it is. */
interface Located {
  readonly service: string
  readonly name: string
}

interface Begun {
  readonly callersId: string
  readonly deadlineAt: number
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
  readonly #patience: Patience
  readonly #subjects: Subjects

  constructor(options: RemoteCallsOptions) {
    this.#options = options
    this.#patience = new Patience(options.host.runtime)
    this.#subjects = new Subjects(options.namespace)
  }

  async call(target: CallTarget, payload: unknown, options: ActOptions, parent: Call | undefined): Promise<Answer> {
    if (target.kind !== undefined) assertReadOnly(parent, target.kind, target.name)
    const outgoing =
      target.service === undefined
        ? await this.#addressByName(target, payload, options, parent)
        : this.#address(target as Located, payload, options, parent, this.#begin(target, options, parent))
    try {
      const { body, headers } = await this.#requestWithRetries(outgoing)
      if (!this.#unknown.isEmpty) this.#unknown.settle(idOf(outgoing))
      return { response: body, repeated: headers[HEADERS.repeated] === 'true', context: outgoing }
    } catch (error) {
      throw isMicroError(error) ? this.#afterUnknown(idOf(outgoing), error) : error
    }
  }

  /** After an unknown outcome of an id, nothing but a run that says "done" can take the doubt away. */
  #afterUnknown(id: string, error: MicroError): MicroError {
    if (error.outcome === 'unknown') this.#unknown.add(id)
    else if (error.outcome === 'done') this.#unknown.settle(id)
    else if (this.#unknown.has(id)) return withErrorOptions(error, { outcome: 'unknown' })
    return error
  }

  /** At once, whatever the address takes: the time runs from here, and ids are made in the order of the calls. */
  #begin(target: CallTarget, options: ActOptions, parent: Call | undefined): Begun {
    const { runtime } = this.#options.host
    const ownDeadline = runtime.monotonic() + checkTimeout(options.timeoutMs ?? this.#options.timeoutMs)
    const deadlineAt = parent === undefined ? ownDeadline : Math.min(parent.deadlineAt, ownDeadline)
    if (options.commandId !== undefined) return { callersId: checkCallersId(options.commandId), deadlineAt }
    if (parent === undefined) return { callersId: runtime.newId(), deadlineAt }
    const name = nestedName(target.name, options.key, parent.takeOrdinal())
    return { callersId: deriveId(parent.commandId, name), deadlineAt }
  }

  async #addressByName(
    target: CallTarget,
    payload: unknown,
    options: ActOptions,
    parent: Call | undefined,
  ): Promise<Outgoing> {
    const { directory, host } = this.#options
    const begun = this.#begin(target, options, parent)
    const leftMs = begun.deadlineAt - host.runtime.monotonic()
    const { service, kind } = await inTime(host.runtime, leftMs, directory.find(target.name), () =>
      notFoundInTime(target.name),
    )
    assertReadOnly(parent, kind, target.name)
    return this.#address({ name: target.name, service }, payload, options, parent, begun)
  }

  #address(
    { service, name }: Located,
    payload: unknown,
    options: ActOptions,
    parent: Call | undefined,
    { callersId, deadlineAt }: Begun,
  ): Outgoing {
    const { host, keys } = this.#options
    const identity = parent?.identity ?? options.identity ?? ANONYMOUS
    const { subject } = identity
    let correlationId = options.correlationId ?? parent?.correlationId
    let proof: Proof | undefined
    if (subject !== undefined && keys?.own !== undefined) {
      // What is signed names its correlation, so that there must be one from the first call on.
      correlationId ??= callersId
      const expires = Math.ceil(host.runtime.now() + deadlineAt - host.runtime.monotonic())
      proof = { own: keys.own, token: tokenFor({ identity, subject, correlationId, expires }, keys.own) }
    }
    return {
      subject: this.#subjects.of(service, name),
      body: payload === undefined ? undefined : sealJson(payload, `the payload of "${name}"`),
      callersId,
      correlationId,
      causationId: parent?.commandId,
      positions: options.positions ?? parent?.positions ?? new Positions(),
      deadlineAt,
      signal: options.signal ?? parent?.signal,
      proof,
    }
  }

  /** Tries again only what left nothing behind; a conflict is the rule's own, and was retried where it happened. */
  async #requestWithRetries(outgoing: Outgoing): Promise<Reply> {
    const { runtime } = this.#options.host
    let backoff: Backoff | undefined
    for (let attempt = 1; ; attempt++) {
      let reply: Reply | Failed
      try {
        reply = await this.#request(outgoing)
      } catch (error) {
        reply = failedReply(error, outgoing.signal)
      }
      const { error } = reply
      if (error === undefined) return reply
      const mayRepeat = error.retryable && error.outcome === 'none' && error.code !== 'MICRO_CONFLICT'
      if (!mayRepeat || attempt >= MOST_TRIES || outgoing.signal?.aborted === true) throw thrownFrom(error)
      backoff ??= new Backoff(runtime, { firstMs: 10, mostMs: 500 })
      const pauseMs = backoff.next()
      // A caller whose time is over before the next try is told now.
      if (runtime.monotonic() + pauseMs >= outgoing.deadlineAt) throw thrownFrom(error)
      await pause(runtime, pauseMs, outgoing.signal)
    }
  }

  async #request(outgoing: Outgoing): Promise<Reply> {
    const { transport, host } = this.#options
    const { subject, body, positions, deadlineAt, signal } = outgoing
    if (signal?.aborted === true) throw new MicroError('MICRO_CANCELLED', 'The caller has gone.')
    const timeoutMs = deadlineAt - host.runtime.monotonic()
    if (timeoutMs <= 0) throw new MicroError('MICRO_TIMEOUT', 'There was no time left for the call.')
    const headers = this.#headersOf(outgoing, timeoutMs)
    const request = transport.request(subject, { headers, body }, { timeoutMs, signal })
    const reply = await this.#patience.wait(request, deadlineAt + GRACE_MS, () => unanswered(subject))
    const met = reply.headers[HEADERS.position]
    if (met !== undefined) positions.merge(Positions.parse(met))
    return reply
  }

  #headersOf(outgoing: Outgoing, timeoutMs: number): Headers {
    const { host } = this.#options
    const { subject, callersId: commandId, body, proof, positions, correlationId, causationId } = outgoing
    const deadline = writeDeadline(timeoutMs - earlierMs(timeoutMs), host)
    const headers: Record<string, string> = { [HEADERS.commandId]: commandId, [HEADERS.deadline]: deadline }
    if (proof !== undefined)
      headers[HEADERS.identity] = writeIdentity(proof.token, { subject, commandId, deadline, body }, proof.own)
    if (!positions.isEmpty) headers[HEADERS.position] = positions.toString()
    if (correlationId !== undefined) headers[HEADERS.correlationId] = correlationId
    if (causationId !== undefined) headers[HEADERS.causationId] = causationId
    return headers
  }
}

/** Of a call, among all of all services. */
function idOf({ subject, callersId }: Outgoing): string {
  return `${subject} ${callersId}`
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

/** The error of a reply, in this process's form. */
function thrownFrom(error: MicroError | NonNullable<Reply['error']>): MicroError {
  return isMicroError(error) ? error : fromWireError(error)
}
