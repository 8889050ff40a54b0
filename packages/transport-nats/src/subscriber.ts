import { type Host, type Request } from '@micro/core'
import type { Msg } from 'nats'
import type { Link, Listener } from './link.ts'
import { InFlight } from './load.ts'
import { readBody } from './wire-body.ts'
import { readHeaders } from './wire-headers.ts'

export interface SubscriberOptions {
  readonly host: Host
  readonly link: Link
  readonly maxInFlight: number
}

/** One subscription to what is published on a subject. */
export class Subscriber {
  readonly #subject: string
  readonly #handle: (message: Request) => void | Promise<void>
  readonly #options: SubscriberOptions
  readonly #inFlight = new InFlight<object>()
  readonly #listener: Listener
  #dropped = 0

  constructor(
    subject: string,
    queue: string | undefined,
    handle: (message: Request) => void | Promise<void>,
    options: SubscriberOptions,
  ) {
    this.#subject = subject
    this.#handle = handle
    this.#options = options
    this.#listener = options.link.listen({ subject, queue, onMessage: (message) => this.#receive(message) })
  }

  get denied(): unknown {
    return this.#listener.denied
  }

  async stop(): Promise<void> {
    await this.#listener.drain()
    await this.#inFlight.whenIdle()
  }

  #receive(message: Msg): void {
    // A request of somebody, for whoever serves this subject.
    if (message.reply !== undefined && message.reply !== '') return
    // What is published may be lost; memory may not.
    if (this.#inFlight.size >= this.#options.maxInFlight) return this.#drop()
    const work = {}
    this.#inFlight.add(work)
    void this.#run(message)
      .catch((err: unknown) => this.#options.host.logger.error({ subject: this.#subject, err }, 'A subscriber failed.'))
      .finally(() => this.#inFlight.delete(work))
  }

  async #run(message: Msg): Promise<void> {
    const headers = readHeaders(message)
    const body = readBody(message.data, 'none')
    await this.#handle({ subject: this.#subject, headers, ...(body === undefined ? {} : { body }) })
  }

  #drop(): void {
    // Once for many: a flood of messages must not become a flood of lines.
    if (this.#dropped++ % this.#options.maxInFlight !== 0) return
    const fields = { subject: this.#subject, dropped: this.#dropped }
    this.#options.host.logger.warn(fields, 'A subscriber is too slow: messages are dropped.')
  }
}
