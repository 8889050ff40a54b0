import type { EndpointDescription, Host } from '@micro/core'
import type { Msg } from 'nats'
import { isInbox } from './is-inbox.ts'
import type { Link, Listener } from './link.ts'
import { QUEUE, type ServedEndpoint } from './served-endpoint.ts'
import { endpointInfo, identityInfo, type ServiceIdentity } from './service-info.ts'

type Verb = 'PING' | 'INFO' | 'STATS'

const VERBS: readonly Verb[] = ['PING', 'INFO', 'STATS']

/** Room for headers and for what is around the endpoints. */
const ROOM_BYTES = 1024

/** Answers for one instance of a service what the NATS Services API (ADR-32) may be asked. */
export class ServiceResponder {
  readonly #host: Host
  readonly #link: Link
  readonly #identity: ServiceIdentity
  readonly #endpoints = new Set<ServedEndpoint>()
  readonly #startedAt: string
  readonly #listeners: readonly Listener[]
  #saidTooLarge = false

  constructor({ service, version, instance }: EndpointDescription, host: Host, link: Link) {
    this.#host = host
    this.#link = link
    this.#identity = identityInfo(service, version, instance)
    this.#startedAt = new Date(host.runtime.now()).toISOString()
    const { name, id } = this.#identity
    this.#listeners = VERBS.flatMap((verb) =>
      // Without a queue group: everyone is to answer.
      [`$SRV.${verb}`, `$SRV.${verb}.${name}`, `$SRV.${verb}.${name}.${id}`].map((subject) =>
        link.listen({ subject, onMessage: (message) => this.#answer(verb, message) }),
      ),
    )
  }

  get isEmpty(): boolean {
    return this.#endpoints.size === 0
  }

  add(endpoint: ServedEndpoint): void {
    this.#endpoints.add(endpoint)
  }

  remove(endpoint: ServedEndpoint): void {
    this.#endpoints.delete(endpoint)
  }

  async stop(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.drain()))
  }

  // Nothing may be thrown here: the client reads its socket on this stack.
  #answer(verb: Verb, { reply }: Msg): void {
    const { connection } = this.#link
    if (reply === undefined || reply === '' || connection === undefined) return
    for (const { description } of this.#endpoints) if (!isInbox(reply, description.subject)) return
    try {
      const most = (connection.info?.max_payload ?? Infinity) - ROOM_BYTES
      this.#link.send(reply, { headers: {}, text: this.#say(verb, most) })
    } catch (err) {
      this.#host.logger.error({ verb, err }, 'The NATS Services API could not be answered.')
    }
  }

  #say(verb: Verb, mostBytes: number): string {
    const type = `io.nats.micro.v1.${verb.toLowerCase()}_response`
    const own = { type, ...this.#identity }
    const endpoints = [...this.#endpoints]
    switch (verb) {
      case 'PING':
        return JSON.stringify(own)
      case 'STATS': {
        const stats = endpoints.map(({ description, statistics }) => {
          const { name, subject, queue_group } = endpointInfo(description, QUEUE, false)
          return { name, subject, queue_group, ...statistics.read() }
        })
        return JSON.stringify({ ...own, started: this.#startedAt, endpoints: stats })
      }
      case 'INFO': {
        const withSchemas = this.#sayInfo(own, endpoints, true)
        if (Buffer.byteLength(withSchemas) <= mostBytes) return withSchemas
        this.#sayTooLarge()
        return this.#sayInfo(own, endpoints, false)
      }
    }
  }

  #sayInfo(own: object, endpoints: readonly ServedEndpoint[], withSchemas: boolean): string {
    const info = endpoints.map(({ description }) => endpointInfo(description, QUEUE, withSchemas))
    return JSON.stringify({ ...own, description: '', endpoints: info })
  }

  #sayTooLarge(): void {
    if (this.#saidTooLarge) return
    this.#saidTooLarge = true
    this.#host.logger.warn(
      { service: this.#identity.name },
      'The schemas of this service are larger than a NATS message may be: it is discovered without them.',
    )
  }
}
