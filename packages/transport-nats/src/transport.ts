import {
  checkDuration,
  checkObject,
  checkSubject,
  type DiscoverOptions,
  type EndpointDescription,
  type Host,
  type IoOptions,
  type Message,
  MicroError,
  packMessage,
  type Reply,
  type Request,
  type RequestOptions,
  type ServiceDescription,
  type Stop,
  type Timer,
  type Transport,
} from '@micro/core'
import { discoverServices } from './discovery.ts'
import { Inbox } from './inbox.ts'
import { endedError, Link } from './link.ts'
import { Load } from './load.ts'
import { mapDriverError } from './map-driver-error.ts'
import type { OpeningOptions } from './options.ts'
import { QUEUE, ServedEndpoint } from './served-endpoint.ts'
import { ServiceResponder } from './service-responder.ts'
import { Subscriber } from './subscriber.ts'

/** How often endpoints are looked at within the time after which they count as stalled. */
const LOOKS = 4
/** The last replies are on their way when the deadline has come. */
const LAST_FLUSH_MS = 500

/** Who keeps the connection, and closes it if it is its own. */
export interface Keeper {
  close(): Promise<void>
}

export class NatsTransport implements Transport {
  readonly link: Link
  readonly #host: Host
  readonly #options: OpeningOptions
  readonly #inbox: Inbox
  readonly #load: Load
  readonly #endpoints = new Set<ServedEndpoint>()
  readonly #responders = new Map<string, ServiceResponder>()
  readonly #stops = new Set<Stop>()
  /** Once there is one. */
  keeper: Keeper | undefined
  #look: Timer | undefined
  #state: 'open' | 'draining' | 'closed' = 'open'
  #closing: Promise<void> | undefined

  constructor(host: Host, options: OpeningOptions) {
    this.#host = host
    this.#options = options
    this.#load = new Load(options.maxInFlight)
    this.link = new Link(host, {
      onLost: () => this.#inbox.lost(),
      onPublishDenied: (subject, error) => this.#onPublishDenied(subject, error),
    })
    this.#inbox = new Inbox(host, this.link, options)
  }

  /** Once the link is connected: sees that replies can be received at all. */
  async begin(): Promise<void> {
    await this.link.confirm()
    const { inboxPrefix, maxBodyBytes, stalledAfterMs } = this.#options
    if (this.#inbox.denied !== undefined)
      throw new MicroError(
        'MICRO_FORBIDDEN',
        `This NATS user may not subscribe to "${inboxPrefix}.>": set inboxPrefix.`,
        {
          cause: this.#inbox.denied,
        },
      )
    const limit = this.link.connection?.info?.max_payload ?? Infinity
    if (limit < maxBodyBytes) {
      const fields = { maxBodyBytes, maxPayload: limit }
      this.#host.logger.warn(fields, 'The NATS server takes smaller messages than maxBodyBytes says.')
    }
    if (stalledAfterMs > 0) this.#lookLater()
  }

  async serve(description: EndpointDescription, handle: (request: Request) => Promise<Reply>): Promise<Stop> {
    checkSubject(description.subject)
    this.#assertIntake()
    const endpoint = new ServedEndpoint(description, handle, {
      ...this.#options,
      host: this.#host,
      link: this.link,
      load: this.#load,
    })
    this.#endpoints.add(endpoint)
    const stop = this.#stopper(() => this.#stopServing(endpoint))
    endpoint.begin()
    const responder = this.#responderOf(description)
    responder.add(endpoint)
    await this.#confirmed(endpoint, stop)
    return stop
  }

  async request(subject: string, message: Message, options: RequestOptions): Promise<Reply> {
    checkSubject(subject)
    checkObject(options, 'request: options')
    const { timeoutMs, signal } = options
    checkDuration('request: timeoutMs', timeoutMs)
    const packed = packMessage(message, this.#options.maxBodyBytes)
    signal?.throwIfAborted()
    this.#assertOpen()
    return this.#inbox.request(subject, packed, timeoutMs, signal)
  }

  async publish(subject: string, message: Message, { signal }: IoOptions = {}): Promise<void> {
    checkSubject(subject)
    const packed = packMessage(message, this.#options.maxBodyBytes)
    signal?.throwIfAborted()
    this.#assertOpen()
    this.link.send(subject, packed)
  }

  async subscribe(
    subject: string,
    handle: (message: Request) => void | Promise<void>,
    options: IoOptions & { readonly queue?: string | undefined } = {},
  ): Promise<Stop> {
    checkSubject(subject)
    checkObject(options, 'subscribe: options')
    const { queue, signal } = options
    if (queue !== undefined) checkSubject(queue)
    // A request would go to a member that does not answer it.
    if (queue === QUEUE) throw new TypeError(`The queue "${QUEUE}" is that of served subjects`)
    signal?.throwIfAborted()
    this.#assertIntake()
    const { maxInFlight } = this.#options
    const subscriber = new Subscriber(subject, queue, handle, { host: this.#host, link: this.link, maxInFlight })
    const stop = this.#stopper(() => subscriber.stop())
    await this.#confirmed(subscriber, stop)
    return stop
  }

  async *discover({ maxWaitMs, signal }: DiscoverOptions): AsyncGenerator<ServiceDescription, void, undefined> {
    checkDuration('discover: maxWaitMs', maxWaitMs)
    signal?.throwIfAborted()
    this.#assertOpen()
    yield* discoverServices(this.#host, this.#inbox, maxWaitMs, signal)
  }

  close({ deadlineMs }: { readonly deadlineMs: number }): Promise<void> {
    checkDuration('close: deadlineMs', deadlineMs)
    return (this.#closing ??= this.#close(deadlineMs))
  }

  // Any other order loses requests: first the server stops sending, then handlers end, then their replies leave.
  async #close(deadlineMs: number): Promise<void> {
    this.#state = 'draining'
    this.#look?.cancel()
    await this.#within(deadlineMs, Promise.all([...this.#stops].map((stop) => stop())))
    this.#state = 'closed'
    for (const endpoint of this.#endpoints) endpoint.cut(endedError('unknown'))
    await this.#within(LAST_FLUSH_MS, Promise.all([this.#inbox.close(), this.link.flush()]))
    this.link.end()
    await this.keeper?.close()
  }

  async #within(ms: number, work: Promise<unknown>): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#host.runtime.setTimer(ms, resolve, { keepAlive: true })
      const end = (): void => {
        timer.cancel()
        resolve()
      }
      work.then(end, end)
    })
  }

  /** Resolves when the server has taken the subscription; without a connection, when there is one again. */
  async #confirmed(what: { readonly denied: unknown }, stop: Stop): Promise<void> {
    await this.link.confirm()
    const { denied } = what
    if (denied === undefined) return
    await stop()
    throw mapDriverError(denied, 'The NATS server')
  }

  #responderOf(description: EndpointDescription): ServiceResponder {
    const key = keyOf(description)
    let responder = this.#responders.get(key)
    if (responder === undefined) {
      responder = new ServiceResponder(description, this.#host, this.link)
      this.#responders.set(key, responder)
    }
    return responder
  }

  async #stopServing(endpoint: ServedEndpoint): Promise<void> {
    const key = keyOf(endpoint.description)
    const responder = this.#responders.get(key)
    responder?.remove(endpoint)
    if (responder?.isEmpty === true) {
      this.#responders.delete(key)
      await Promise.all([responder.stop(), endpoint.stop()])
    } else await endpoint.stop()
    this.#endpoints.delete(endpoint)
  }

  #stopper(end: () => Promise<void>): Stop {
    let stopped: Promise<void> | undefined
    const stop: Stop = () => (stopped ??= end().finally(() => this.#stops.delete(stop)))
    this.#stops.add(stop)
    return stop
  }

  #lookLater(): void {
    this.#look = this.#host.runtime.setTimer(this.#options.stalledAfterMs / LOOKS, () => {
      for (const endpoint of this.#endpoints) endpoint.check()
      this.#lookLater()
    })
  }

  #onPublishDenied(subject: string, error: Error): void {
    this.#host.logger.error({ subject, err: error }, 'The NATS server does not let this user publish on a subject.')
    this.#inbox.denyRequests(subject, error)
  }

  #assertIntake(): void {
    if (this.#state !== 'open') throw endedError()
  }

  #assertOpen(): void {
    if (this.#state === 'closed') throw endedError()
  }
}

function keyOf({ service, version, instance }: EndpointDescription): string {
  return JSON.stringify([service, version, instance])
}
