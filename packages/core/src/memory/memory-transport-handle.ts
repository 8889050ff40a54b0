import { MicroError } from '../errors/micro-error.ts'
import { toWireError } from '../errors/wire-error.ts'
import type { Outcome } from '../errors/codes.ts'
import type { Host, IoOptions } from '../ports/provider.ts'
import type { Timer } from '../ports/runtime.ts'
import type {
  DiscoverOptions,
  EndpointDescription,
  Message,
  Reply,
  Request,
  RequestOptions,
  ServiceDescription,
  Stop,
  Transport,
} from '../ports/transport.ts'
import { checkDuration, checkSubject, copyReply, packMessage, unpackMessage } from '../wire/transport-message.ts'
import type { MemoryNetwork, ServedEndpoint, Subscriber } from './memory-transport-network.ts'
import { groupByInstance } from './memory-transport-services.ts'
import { settle } from './memory-transport-settle.ts'
import { checkObject } from '../values/shown.ts'

/** One service's connection to the network of its provider. */
export class MemoryTransport implements Transport {
  readonly #host: Host
  readonly #network: MemoryNetwork
  readonly #maxBodyBytes: number
  readonly #stops = new Set<Stop>()
  /** Ends the waits that closing finds unfinished: own requests without a reply, own handlers without an answer. */
  readonly #onClosed = new Set<(error: MicroError) => void>()
  #state: 'open' | 'draining' | 'closed' = 'open'
  #closing: Promise<void> | undefined

  constructor(host: Host, network: MemoryNetwork, maxBodyBytes: number) {
    this.#host = host
    this.#network = network
    this.#maxBodyBytes = maxBodyBytes
  }

  async serve(description: EndpointDescription, handle: (request: Request) => Promise<Reply>): Promise<Stop> {
    checkSubject(description.subject)
    this.#assertIntake()
    const { subject } = description
    const endpoint: ServedEndpoint = {
      description,
      inFlight: new Set(),
      handle: (request) => this.#answer(description, handle, request),
    }
    this.#network.serve(subject, endpoint)
    return this.#stopper(endpoint.inFlight, () => this.#network.stopServing(subject, endpoint))
  }

  async request(subject: string, message: Message, options: RequestOptions): Promise<Reply> {
    checkSubject(subject)
    checkObject(options, 'request: options')
    const { timeoutMs, signal } = options
    checkDuration('request: timeoutMs', timeoutMs)
    const packed = packMessage(message, this.#maxBodyBytes)
    signal?.throwIfAborted()
    this.#assertOpen()
    const endpoint = this.#network.nextEndpoint(subject)
    if (endpoint === undefined)
      throw new MicroError('MICRO_UNAVAILABLE', `Nobody serves "${subject}".`, { outcome: 'none' })
    const reply = later(() => endpoint.handle({ subject, ...unpackMessage(packed) }))
    track(endpoint.inFlight, reply)
    // Kept alive: a process must not end while a caller waits for an answer or for its time-out.
    const expire = (callback: (error: MicroError) => void): Timer =>
      this.#host.runtime.setTimer(timeoutMs, () => callback(timeoutError(subject, timeoutMs)), { keepAlive: true })
    return settle(reply, { expire, signal, onClosed: this.#onClosed })
  }

  /** Never rejects: whatever happens becomes a reply. */
  async #answer(
    { service }: EndpointDescription,
    handle: (request: Request) => Promise<Reply>,
    request: Request,
  ): Promise<Reply> {
    try {
      const reply = await settle(
        later(() => handle(request)),
        { onClosed: this.#onClosed },
      )
      return copyReply(reply, this.#maxBodyBytes)
    } catch (error) {
      return { headers: {}, error: toWireError(error, service) }
    }
  }

  async publish(subject: string, message: Message, { signal }: IoOptions = {}): Promise<void> {
    checkSubject(subject)
    const packed = packMessage(message, this.#maxBodyBytes)
    signal?.throwIfAborted()
    this.#assertOpen()
    for (const { host, handle, inFlight } of this.#network.receivers(subject)) {
      const work = later(() => handle({ subject, ...unpackMessage(packed) })).catch((error: unknown) =>
        host.logger.error({ subject, err: error }, 'A subscriber failed.'),
      )
      track(inFlight, work)
    }
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
    signal?.throwIfAborted()
    this.#assertIntake()
    const subscriber: Subscriber = { host: this.#host, queue, handle, inFlight: new Set() }
    this.#network.subscribe(subject, subscriber)
    return this.#stopper(subscriber.inFlight, () => this.#network.unsubscribe(subject, subscriber))
  }

  async *discover({ maxWaitMs, signal }: DiscoverOptions): AsyncGenerator<ServiceDescription, void, undefined> {
    checkDuration('discover: maxWaitMs', maxWaitMs)
    signal?.throwIfAborted()
    this.#assertOpen()
    for (const service of groupByInstance(this.#network.endpoints())) {
      yield service
      signal?.throwIfAborted()
    }
  }

  close({ deadlineMs }: { readonly deadlineMs: number }): Promise<void> {
    checkDuration('close: deadlineMs', deadlineMs)
    return (this.#closing ??= this.#close(deadlineMs))
  }

  // Handlers that are still at work may ask others, so requests go on until the last of them has ended.
  async #close(deadlineMs: number): Promise<void> {
    this.#state = 'draining'
    const drained = Promise.all([...this.#stops].map((stop) => stop()))
    await new Promise<void>((resolve) => {
      const timer = this.#host.runtime.setTimer(deadlineMs, resolve, { keepAlive: true })
      void drained.then(() => {
        timer.cancel()
        resolve()
      })
    })
    this.#state = 'closed'
    for (const fail of this.#onClosed) fail(closedError('unknown'))
  }

  #stopper(inFlight: ReadonlySet<Promise<void>>, leave: () => void): Stop {
    let stopped: Promise<void> | undefined
    const stop: Stop = () => (stopped ??= this.#stop(inFlight, leave).finally(() => this.#stops.delete(stop)))
    this.#stops.add(stop)
    return stop
  }

  async #stop(inFlight: ReadonlySet<Promise<void>>, leave: () => void): Promise<void> {
    leave()
    await Promise.all(inFlight)
  }

  #assertIntake(): void {
    if (this.#state !== 'open') throw closedError('none')
  }

  #assertOpen(): void {
    if (this.#state === 'closed') throw closedError('none')
  }
}

/** In a later turn than the caller's, as over a wire; what is thrown becomes a rejection. */
async function later<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  await Promise.resolve()
  return work()
}

function track(inFlight: Set<Promise<void>>, work: Promise<unknown>): void {
  const settled = work.then(() => void inFlight.delete(settled))
  inFlight.add(settled)
}

function closedError(outcome: Outcome): MicroError {
  return new MicroError('MICRO_UNAVAILABLE', 'The transport is closed.', { outcome })
}

function timeoutError(subject: string, timeoutMs: number): MicroError {
  return new MicroError('MICRO_TIMEOUT', `No reply on "${subject}" within ${timeoutMs} ms.`, { outcome: 'unknown' })
}
