import { type Host, MicroError, type Outcome, type PackedMessage } from '@micro/core'
import type { Msg, NatsConnection, Subscription } from 'nats'
import { Outbox } from './outbox.ts'

/** What is subscribed to for as long as it is wanted, over every reconnect. */
export interface Listening {
  readonly subject: string
  readonly queue?: string | undefined
  readonly onMessage: (message: Msg) => void
}

/** Ends a listening. The client's own subscription comes and goes with its connection. */
export interface Listener {
  /** The server's refusal of the subscription. */
  readonly denied: unknown
  /** Nothing new comes after it has resolved; what was under way has been handed over. */
  drain(): Promise<void>
}

export interface LinkEvents {
  /** The connection is gone: what was sent may have arrived, and no reply to it will. */
  readonly onLost: () => void
  /** The server did not publish a message of ours. */
  readonly onPublishDenied: (subject: string, error: Error) => void
}

/**
 * The one connection to the servers, as it comes and goes. Who keeps it alive tells `adopt` and `lost`; everything else
 * asks for `connection` in the turn in which it sends, so that nothing is put into a buffer that a reconnect empties.
 */
export class Link {
  readonly #host: Host
  readonly #events: LinkEvents
  readonly #listeners = new Set<KeptListener>()
  readonly #waiting = new Set<() => void>()
  readonly #onLost = new Set<() => void>()
  readonly #outbox: Outbox
  #connection: NatsConnection | undefined
  #isEnded = false

  constructor(host: Host, events: LinkEvents) {
    this.#host = host
    this.#events = events
    this.#outbox = new Outbox(host.runtime)
  }

  /** `undefined` while there is none. */
  get connection(): NatsConnection | undefined {
    return this.#connection?.isClosed() === true ? undefined : this.#connection
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  adopt(connection: NatsConnection): void {
    if (this.#isEnded) return
    this.#connection = connection
    for (const listener of this.#listeners) listener.begin(connection)
    this.#wake()
  }

  lost(): void {
    if (this.#connection === undefined) return
    this.#connection = undefined
    for (const tell of this.#onLost) tell()
    this.#events.onLost()
  }

  denied(operation: string, subject: string, error: Error): void {
    if (operation === 'publish') return this.#events.onPublishDenied(subject, error)
    for (const listener of this.#listeners) if (listener.subject === subject) listener.denied = error
  }

  listen(listening: Listening): Listener {
    const listener = new KeptListener(listening, (error) => this.#sayDenied(listening.subject, error))
    this.#listeners.add(listener)
    const { connection } = this
    if (connection !== undefined) listener.begin(connection)
    return {
      get denied() {
        return listener.denied
      },
      drain: () => {
        // First, so that a reconnect in the meantime does not begin it anew.
        this.#listeners.delete(listener)
        return listener.drain((work) => this.#orLost(work))
      },
    }
  }

  /**
   * Resolves when the server has dealt with everything sent until now; waits for a connection where there is none.
   *
   * @throws MicroError `MICRO_UNAVAILABLE` when the link ends
   */
  async confirm(): Promise<void> {
    for (;;) {
      await this.whenConnected()
      const isConfirmed = await this.flush()
      // What a refusal brings with it arrives by a longer way than the answer to a flush.
      await new Promise<void>((resolve) => this.#host.runtime.yieldTurn(resolve))
      if (isConfirmed) return
    }
  }

  /** @throws MicroError `MICRO_UNAVAILABLE` when the link ends */
  async whenConnected(): Promise<void> {
    for (;;) {
      if (this.#isEnded) throw endedError()
      if (this.connection !== undefined) return
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
  }

  /**
   * Sends a message, at the end of this turn.
   *
   * @throws MicroError `MICRO_UNAVAILABLE` with outcome `none`, at once, when there is no connection; `MICRO_TOO_LARGE`
   */
  send(subject: string, message: PackedMessage, replyTo?: string): void {
    const { connection } = this
    if (connection === undefined) throw this.#isEnded ? endedError() : lostError('none')
    this.#outbox.add(connection, subject, message, replyTo)
  }

  /** Resolves with whether the server has everything that was sent. */
  async flush(): Promise<boolean> {
    const { connection } = this
    this.#outbox.flush()
    return connection !== undefined && this.#orLost(connection.flush())
  }

  /** Whoever waits is told. The connection stays as it is. */
  end(): void {
    this.#isEnded = true
    this.#wake()
  }

  /** The client leaves whoever waits for an answer of the server alone when the connection ends. */
  #orLost(work: Promise<unknown>): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isDone: boolean): void => {
        this.#onLost.delete(onLost)
        resolve(isDone)
      }
      const onLost = (): void => end(false)
      this.#onLost.add(onLost)
      work.then(
        () => end(true),
        () => end(false),
      )
    })
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }

  #sayDenied(subject: string, err: unknown): void {
    this.#host.logger.error({ subject, err }, 'The NATS server does not let this user subscribe to a subject.')
  }
}

class KeptListener {
  readonly #listening: Listening
  readonly #onDenied: (error: unknown) => void
  #connection: NatsConnection | undefined
  #subscription: Subscription | undefined
  #denied: unknown

  constructor(listening: Listening, onDenied: (error: unknown) => void) {
    this.#listening = listening
    this.#onDenied = onDenied
  }

  get subject(): string {
    return this.#listening.subject
  }

  get denied(): unknown {
    return this.#denied
  }

  set denied(error: unknown) {
    if (this.#denied !== undefined) return
    this.#denied = error
    this.#onDenied(error)
  }

  /** A connection that restores its subscriptions by itself is the same one as before. */
  begin(connection: NatsConnection): void {
    if (this.#connection === connection && this.#subscription?.isClosed() === false) return
    const { subject, queue, onMessage } = this.#listening
    this.#connection = connection
    this.#denied = undefined
    this.#subscription = connection.subscribe(subject, {
      ...(queue === undefined ? {} : { queue }),
      // The client reads its socket on this stack: what is thrown here would end the reading.
      callback: (error, message) => {
        if (error === null) onMessage(message)
        else this.denied = error
      },
    })
  }

  async drain(orLost: (work: Promise<unknown>) => Promise<boolean>): Promise<void> {
    const subscription = this.#subscription
    if (subscription === undefined || subscription.isClosed() || this.#connection?.isClosed() === true) return
    await orLost(subscription.drain())
  }
}

export function lostError(outcome: Outcome): MicroError {
  return new MicroError('MICRO_UNAVAILABLE', 'There is no connection to a NATS server.', { outcome })
}

export function endedError(outcome: Outcome = 'none'): MicroError {
  return new MicroError('MICRO_UNAVAILABLE', 'The transport is closed.', { outcome })
}
