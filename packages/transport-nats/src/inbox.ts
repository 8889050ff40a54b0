import { type Host, MicroError, type MicroErrorCode, type PackedMessage, type Reply, type Timer } from '@micro/core'
import { createInbox, type Msg } from 'nats'
import { endedError, type Link, type Listener, lostError } from './link.ts'
import { replyTokens } from './reply-tokens.ts'
import { isNoResponders, readReply } from './wire-errors.ts'

/** Whoever waits for replies on one subject of the inbox. */
export interface Waiting {
  readonly subject: string
  /** By the runtime's monotonic clock. */
  readonly deadlineAt: number
  /** @returns whether it still waits */
  receive(message: Msg): boolean
  expire(): void
  fail(error: MicroError): void
}

/** Not more often, however many deadlines there are. */
const SWEEP_EVERY_MS = 10

/**
 * Replies to all requests of a transport: one subscription, a map from token to who waits, and one timer, which looks
 * through the map when the first deadline has come.
 */
export class Inbox {
  readonly #host: Host
  readonly #link: Link
  readonly #maxWaiting: number
  readonly #waiting = new Map<string, Waiting>()
  readonly #prefix: string
  readonly #newToken = replyTokens()
  readonly #listener: Listener
  #sweepAt = Infinity
  #timer: Timer | undefined

  constructor(host: Host, link: Link, options: { readonly inboxPrefix: string; readonly maxWaiting: number }) {
    this.#host = host
    this.#link = link
    this.#maxWaiting = options.maxWaiting
    this.#prefix = `${createInbox(options.inboxPrefix)}.`
    this.#listener = link.listen({ subject: `${this.#prefix}*`, onMessage: (message) => this.#receive(message) })
  }

  /** The server's refusal of the one subscription: then no reply ever comes. */
  get denied(): unknown {
    return this.#listener.denied
  }

  request(subject: string, message: PackedMessage, timeoutMs: number, signal?: AbortSignal): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const deadlineAt = this.#host.runtime.monotonic() + timeoutMs
      const waiting = new WaitingRequest(subject, deadlineAt, timeoutMs, resolve, reject)
      const cancel = this.send(waiting, message)
      if (signal !== undefined) waiting.endWith(signal, cancel)
    })
  }

  /**
   * Sends a request, and hands over what comes back until the deadline.
   *
   * @returns ends the waiting, without a word
   * @throws MicroError when it cannot be sent
   */
  send(waiting: Waiting, message: PackedMessage): () => void {
    if (this.#waiting.size >= this.#maxWaiting)
      throw new MicroError('MICRO_OVERLOADED', `${this.#maxWaiting} requests wait for replies already.`)
    const token = this.#newToken()
    this.#link.send(waiting.subject, message, `${this.#prefix}${token}`)
    this.#waiting.set(token, waiting)
    if (waiting.deadlineAt < this.#sweepAt) this.#sweepBy(waiting.deadlineAt)
    return () => void this.#waiting.delete(token)
  }

  /** Ends all waiting: who sent what cannot know whether it arrived. */
  lost(): void {
    this.#failAll(() => lostError('unknown'))
  }

  /** The server has dropped requests on this subject. */
  denyRequests(subject: string, cause: Error): void {
    const refusal = (): MicroError =>
      new MicroError('MICRO_FORBIDDEN', `This NATS user may not publish on "${subject}".`, { cause })
    this.#failAll(refusal, (waiting) => waiting.subject === subject)
  }

  async close(): Promise<void> {
    this.#timer?.cancel()
    this.#failAll(() => endedError('unknown'))
    await this.#listener.drain()
  }

  #failAll(errorOf: () => MicroError<MicroErrorCode>, isMeant: (waiting: Waiting) => boolean = () => true): void {
    for (const [token, waiting] of this.#waiting) {
      if (!isMeant(waiting)) continue
      this.#waiting.delete(token)
      waiting.fail(errorOf())
    }
  }

  #receive(message: Msg): void {
    const token = message.subject.slice(this.#prefix.length)
    const waiting = this.#waiting.get(token)
    // Late: its request has expired.
    if (waiting === undefined) return
    if (!waiting.receive(message)) this.#waiting.delete(token)
  }

  #sweepBy(deadlineAt: number): void {
    const { runtime } = this.#host
    this.#timer?.cancel()
    this.#sweepAt = deadlineAt
    const ms = Math.max(SWEEP_EVERY_MS, deadlineAt - runtime.monotonic())
    // Kept alive: a process must not end while a caller waits for an answer or for its time-out.
    this.#timer = runtime.setTimer(ms, () => this.#sweep(), { keepAlive: true })
  }

  #sweep(): void {
    const now = this.#host.runtime.monotonic()
    this.#sweepAt = Infinity
    let next = Infinity
    for (const [token, waiting] of this.#waiting) {
      if (waiting.deadlineAt > now) {
        if (waiting.deadlineAt < next) next = waiting.deadlineAt
        continue
      }
      this.#waiting.delete(token)
      waiting.expire()
    }
    if (next < this.#sweepAt) this.#sweepBy(next)
  }
}

class WaitingRequest implements Waiting {
  readonly subject: string
  readonly deadlineAt: number
  readonly #timeoutMs: number
  readonly #resolve: (reply: Reply) => void
  readonly #reject: (error: unknown) => void
  #forgetSignal: (() => void) | undefined

  constructor(
    subject: string,
    deadlineAt: number,
    timeoutMs: number,
    resolve: (reply: Reply) => void,
    reject: (error: unknown) => void,
  ) {
    this.subject = subject
    this.deadlineAt = deadlineAt
    this.#timeoutMs = timeoutMs
    this.#resolve = resolve
    this.#reject = reject
  }

  receive(message: Msg): boolean {
    this.#forgetSignal?.()
    try {
      if (isNoResponders(message))
        throw new MicroError('MICRO_UNAVAILABLE', `Nobody serves "${this.subject}".`, { outcome: 'none' })
      this.#resolve(readReply(message))
    } catch (error) {
      this.#reject(error)
    }
    return false
  }

  expire(): void {
    const message = `No reply on "${this.subject}" within ${this.#timeoutMs} ms.`
    this.fail(new MicroError('MICRO_TIMEOUT', message, { outcome: 'unknown' }))
  }

  fail(error: MicroError): void {
    this.#forgetSignal?.()
    this.#reject(error)
  }

  endWith(signal: AbortSignal, cancel: () => void): void {
    const onAbort = (): void => {
      cancel()
      this.#forgetSignal?.()
      this.#reject(signal.reason)
    }
    this.#forgetSignal = () => signal.removeEventListener('abort', onAbort)
    signal.addEventListener('abort', onAbort, { once: true })
  }
}
