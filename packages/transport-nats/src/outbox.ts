import { MicroError, type PackedMessage, type Runtime } from '@micro/core'
import type { MsgHdrs, NatsConnection, PublishOptions } from 'nats'
import { writeHeaders } from './wire-headers.ts'

interface Outgoing {
  readonly connection: NatsConnection
  readonly subject: string
  readonly text: string
  readonly headers: MsgHdrs | undefined
  readonly replyTo: string | undefined
}

/**
 * Messages of one turn of the event loop, handed to the client together. It writes to its socket after the first one that
 * it gets; where answers take several promises, that would be a call to the system for each message.
 */
export class Outbox {
  readonly #runtime: Runtime
  #messages: Outgoing[] = []

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** @throws MicroError `MICRO_TOO_LARGE` for what the server would refuse, and end the connection for */
  add(connection: NatsConnection, subject: string, { headers, text = '' }: PackedMessage, replyTo?: string): void {
    const written = writeHeaders(headers)
    checkSize(connection.info?.max_payload, text, written?.size ?? 0)
    if (this.#messages.push({ connection, subject, text, headers: written?.encoded, replyTo }) === 1)
      this.#runtime.yieldTurn(() => this.flush())
  }

  /** Hands over now what would be handed over at the end of the turn. */
  flush(): void {
    const messages = this.#messages
    this.#messages = []
    for (const { connection, subject, text, headers, replyTo } of messages) {
      // Whoever waits for an answer of this connection has been told.
      if (connection.isClosed()) continue
      const options: PublishOptions = {}
      if (replyTo !== undefined) options.reply = replyTo
      if (headers !== undefined) options.headers = headers
      connection.publish(subject, text, options)
    }
  }
}

function checkSize(limit: number | undefined, text: string, headerBytes: number): void {
  // A code unit takes 3 bytes at most, so most bodies need not be counted.
  if (limit === undefined || text.length * 3 + headerBytes <= limit) return
  const actual = Buffer.byteLength(text) + headerBytes
  if (actual <= limit) return
  throw new MicroError('MICRO_TOO_LARGE', `The server takes messages of ${limit} bytes, headers included.`, {
    details: { limit, actual },
  })
}
