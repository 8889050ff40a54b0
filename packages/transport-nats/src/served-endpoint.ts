import {
  type EndpointDescription,
  type Host,
  isMicroError,
  MicroError,
  type PackedMessage,
  packReply,
  type Reply,
  type Request,
  toWireError,
  type WireError,
  withErrorOptions,
} from '@micro/core'
import type { Msg } from 'nats'
import { EndpointStatistics } from './endpoint-statistics.ts'
import { isInbox } from './is-inbox.ts'
import type { Link, Listener } from './link.ts'
import { InFlight, type Load } from './load.ts'
import { StallWatch } from './stall-watch.ts'
import { readBody } from './wire-body.ts'
import { errorHeaders, shownError } from './wire-errors.ts'
import { readHeaders } from './wire-headers.ts'

/** The queue group of all instances: what the Services API calls it unless somebody wants another. */
export const QUEUE = 'q'

export interface ServedEndpointOptions {
  readonly host: Host
  readonly link: Link
  readonly load: Load
  readonly maxBodyBytes: number
  readonly stalledAfterMs: number
}

/** A request that its handler has not answered. */
interface Work {
  readonly replyTo: string
  readonly startedAt: number
  /** By the monotonic clock. */
  readonly dueAt: number
  isOverdue: boolean
}

/** One subject with its handler: takes requests, answers each once, counts them. */
export class ServedEndpoint {
  readonly description: EndpointDescription
  readonly statistics: EndpointStatistics = new EndpointStatistics()
  readonly #options: ServedEndpointOptions
  readonly #handle: (request: Request) => Promise<Reply>
  readonly #inFlight = new InFlight<Work>()
  readonly #watch: StallWatch
  #listener: Listener | undefined
  #pausedUntil: number | undefined
  #saidNoInbox = false

  constructor(
    description: EndpointDescription,
    handle: (request: Request) => Promise<Reply>,
    options: ServedEndpointOptions,
  ) {
    this.description = description
    this.#handle = handle
    this.#options = options
    this.#watch = new StallWatch(options.host.runtime, options.stalledAfterMs)
  }

  /** The server's refusal of the subscription. */
  get denied(): unknown {
    return this.#listener?.denied
  }

  begin(): void {
    const { subject } = this.description
    this.#listener = this.#options.link.listen({
      subject,
      queue: QUEUE,
      onMessage: (message) => this.#receive(message),
    })
  }

  /** Takes nothing new; resolves when all that was begun is answered. */
  async stop(): Promise<void> {
    const listener = this.#listener
    this.#listener = undefined
    this.#pausedUntil = undefined
    // First: what the server has sent by then is still taken.
    await listener?.drain()
    await this.#inFlight.whenIdle()
  }

  /** Tells the callers of everything unfinished. What their handlers answer later is dropped. */
  cut(error: MicroError): void {
    for (const work of this.#inFlight) this.#answer(work, undefined, toWireError(error, this.description.service))
  }

  /** Called again and again: an endpoint that is stuck leaves its requests to others for a while. */
  check(): void {
    const { host, stalledAfterMs } = this.#options
    const now = host.runtime.monotonic()
    for (const work of this.#inFlight) {
      if (work.isOverdue || work.dueAt > now) continue
      work.isOverdue = true
      this.#watch.failed()
    }
    const { subject } = this.description
    if (this.#pausedUntil !== undefined && now >= this.#pausedUntil) {
      this.#pausedUntil = undefined
      this.#watch.retry()
      this.begin()
      host.logger.info({ subject }, 'An endpoint that was stuck takes requests again.')
    } else if (this.#listener !== undefined && this.#watch.isStalled) {
      const listener = this.#listener
      this.#listener = undefined
      this.#pausedUntil = now + stalledAfterMs
      void listener.drain()
      const fields = { subject, inFlight: this.#inFlight.size, forMs: stalledAfterMs }
      host.logger.error(fields, 'An endpoint answers nothing in time and leaves its requests to others.')
    }
  }

  // Nothing may be thrown here: the client reads its socket on this stack.
  #receive(message: Msg): void {
    const replyTo = message.reply
    // Nobody could hear the answer: that was published and not asked.
    if (replyTo === undefined || replyTo === '') return
    if (!isInbox(replyTo, this.description.subject)) return this.#sayNoInbox(replyTo)
    const startedAt = this.#options.host.runtime.monotonic()
    try {
      this.#options.load.take()
    } catch (error) {
      return this.#refuse(replyTo, error)
    }
    let request: Request
    try {
      request = readRequest(this.description.subject, message)
    } catch (error) {
      this.#options.load.free()
      return this.#refuse(replyTo, error)
    }
    const dueAt = this.#watch.begin(request.headers, startedAt)
    const work: Work = { replyTo, startedAt, dueAt, isOverdue: false }
    this.#inFlight.add(work)
    void this.#run(work, request)
  }

  async #run(work: Work, request: Request): Promise<void> {
    const { maxBodyBytes } = this.#options
    try {
      const reply = await this.#handle(request)
      const packed = packReply(reply, maxBodyBytes)
      this.#answer(work, packed, reply.error)
    } catch (thrown) {
      this.#answer(work, undefined, toWireError(thrown, this.description.service))
    }
  }

  #sayNoInbox(replyTo: string): void {
    // Once: a flood of requests must not become a flood of lines.
    if (this.#saidNoInbox) return
    this.#saidNoInbox = true
    const fields = { subject: this.description.subject, replyTo }
    this.#options.host.logger.warn(fields, 'A request that wants its answer on a subject of services is left alone.')
  }

  /** The request was never begun. */
  #refuse(replyTo: string, thrown: unknown): void {
    const error = toWireError(thrown, this.description.service)
    this.statistics.count(0, shownError(error))
    this.#send(replyTo, undefined, error)
  }

  #answer(work: Work, packed: PackedMessage | undefined, error: WireError | undefined): void {
    if (!this.#inFlight.delete(work)) return
    this.#options.load.free()
    const now = this.#options.host.runtime.monotonic()
    if (error?.code !== 'MICRO_TIMEOUT' && now < work.dueAt) this.#watch.answeredInTime()
    else if (!work.isOverdue && work.dueAt !== Infinity) this.#watch.failed()
    this.statistics.count(now - work.startedAt, error === undefined ? undefined : shownError(error))
    this.#send(work.replyTo, packed, error)
  }

  #send(replyTo: string, packed: PackedMessage | undefined, error: WireError | undefined): void {
    const reply = error === undefined ? (packed as PackedMessage) : errorMessage(error, packed)
    this.#publish(replyTo, reply)
  }

  #publish(replyTo: string, reply: PackedMessage): void {
    const { link, host } = this.#options
    // The caller may be connected elsewhere and still wait: the reply goes as soon as we are back.
    if (link.connection === undefined) {
      link.whenConnected().then(
        () => this.#publish(replyTo, reply),
        () => undefined,
      )
      return
    }
    try {
      link.send(replyTo, reply)
    } catch (thrown) {
      // The handler has run by the time its reply turns out to be too large for the server.
      const late = isMicroError(thrown) ? withErrorOptions(thrown, { outcome: 'unknown' }) : thrown
      const error = toWireError(late, this.description.service)
      host.logger.error({ subject: this.description.subject, err: thrown }, 'A reply could not be sent.')
      if (error.code === 'MICRO_TOO_LARGE' && reply.headers['nats-service-error-code'] !== '413')
        this.#publish(replyTo, errorMessage(error, undefined))
    }
  }
}

/** @throws MicroError `MICRO_PROTOCOL` */
function readRequest(subject: string, message: Msg): Request {
  const body = readBody(message.data, 'none')
  try {
    const headers = readHeaders(message)
    return body === undefined ? { subject, headers } : { subject, headers, body }
  } catch (error) {
    throw new MicroError('MICRO_PROTOCOL', 'A request with malformed headers was received.', { cause: error })
  }
}

function errorMessage(error: WireError, packed: PackedMessage | undefined): PackedMessage {
  const headers = { ...packed?.headers, ...errorHeaders(error) }
  return { headers, text: packed?.text ?? JSON.stringify(error) }
}
