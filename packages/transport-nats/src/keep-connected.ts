import { Backoff, type Host, MicroError } from '@micro/core'
import { DebugEvents, Events, type NatsConnection, type Status } from 'nats'
import { dial } from './dial.ts'
import type { Link } from './link.ts'
import { isPassing, mapDriverError } from './map-driver-error.ts'
import type { OpeningOptions } from './options.ts'
import { type ServerAddress, showServer } from './server-address.ts'

const FIRST_PAUSE_MS = 50
const SAY_AGAIN_MS = 60_000

/**
 * Keeps a link connected, for ever, with a new connection of the client each time. The client's own reconnecting is off:
 * it waits for a full send buffer before it lets go of a silent server, and mixes up sockets (see dial.ts).
 */
export class KeptConnection {
  readonly #host: Host
  readonly #options: OpeningOptions
  readonly #link: Link
  readonly #backoff: Backoff
  #servers: readonly ServerAddress[]
  #connection: NatsConnection | undefined
  readonly #life = new AbortController()
  #endPause = (): void => undefined

  constructor(host: Host, options: OpeningOptions, link: Link) {
    this.#host = host
    this.#options = options
    this.#link = link
    this.#servers = options.servers
    this.#backoff = new Backoff(host.runtime, { firstMs: FIRST_PAUSE_MS, mostMs: options.reconnectPauseMs })
  }

  /**
   * Waits for a server.
   *
   * @throws MicroError `MICRO_UNAVAILABLE` after `openTimeoutMs`, or at once what waiting does not mend: `MICRO_UNAUTHENTICATED`,
   *   wrong TLS
   */
  async open(): Promise<void> {
    const { runtime } = this.#host
    await this.#connect((failures) => {
      if (!failures.some(isPassing)) throw mapDriverError(failures[0], this.#where())
    }, runtime.monotonic() + this.#options.openTimeoutMs)
  }

  /** Sends what was written, and closes. */
  async close(): Promise<void> {
    this.#life.abort()
    this.#endPause()
    await this.#connection?.close()
  }

  /** Tries every server, then pauses, and again. */
  async #connect(onFailed: (failures: readonly unknown[]) => void, giveUpAt: number): Promise<void> {
    const { runtime } = this.#host
    const since = runtime.monotonic()
    let sayAt = since
    while (!this.#life.signal.aborted) {
      const failures: unknown[] = []
      for (const server of shuffled(this.#servers, () => runtime.random())) {
        try {
          return this.#adopt(await dial(server, this.#options, this.#host, this.#life.signal))
        } catch (error) {
          failures.push(error)
        }
      }
      if (this.#life.signal.aborted) return
      onFailed(failures)
      const [failure] = failures
      const now = runtime.monotonic()
      if (now >= giveUpAt) throw mapDriverError(failure, this.#where())
      if (now >= sayAt) {
        sayAt = now + SAY_AGAIN_MS
        const fields = { servers: this.#servers.map(showServer), sinceMs: Math.round(now - since), err: failure }
        this.#host.logger.warn(fields, 'No NATS server can be reached; trying on.')
      }
      await this.#pause(Math.min(this.#backoff.next(), giveUpAt - now))
    }
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      // There is no socket now that would keep the process alive.
      const timer = this.#host.runtime.setTimer(ms, resolve, { keepAlive: true })
      this.#endPause = () => {
        timer.cancel()
        resolve()
      }
    })
  }

  #adopt(connection: NatsConnection): void {
    if (this.#life.signal.aborted) return void connection.close()
    if (connection.info?.headers !== true) {
      void connection.close()
      throw new MicroError('MICRO_NOT_SUPPORTED', `${this.#where()} has no headers: it is too old, or set up without.`)
    }
    this.#backoff.reset()
    this.#connection = connection
    this.#learnServers(connection)
    void this.#follow(connection)
    void connection.closed().then((error) => this.#onGone(connection, error))
    this.#link.adopt(connection)
  }

  /** A cluster tells of its nodes. Those that it no longer names are forgotten, those that we were given are not. */
  #learnServers({ info }: NatsConnection): void {
    const { servers } = this.#options
    const known = new Set(servers.map(showServer))
    const isTls = servers.some((server) => server.isTls)
    const learnt = (info?.connect_urls ?? []).flatMap((url): readonly ServerAddress[] => {
      const [, host, port] = /^\[?(.+?)\]?:(\d+)$/.exec(url) ?? []
      if (host === undefined || known.has(url)) return []
      return [{ host, port: Number(port), isTls }]
    })
    this.#servers = [...servers, ...learnt]
  }

  async #follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) this.#onStatus(connection, status)
  }

  #onStatus(connection: NatsConnection, status: Status): void {
    // The client would first wait until its last bytes are sent, which a silent server never takes.
    if (status.type === DebugEvents.StaleConnection) this.#onGone(connection, new Error('The server is silent.'))
    // Nodes come and go while a connection lasts.
    if (status.type === DebugEvents.PingTimer) this.#learnServers(connection)
    if (status.type === Events.Error) sayError(this.#host, this.#link, status)
    if (status.type === Events.LDM)
      this.#host.logger.info({ server: connection.getServer() }, 'The NATS server retires.')
  }

  #onGone(connection: NatsConnection, err: unknown): void {
    if (connection !== this.#connection) return
    this.#connection = undefined
    void connection.close()
    this.#link.lost()
    if (this.#life.signal.aborted) return
    this.#host.logger.warn({ server: connection.getServer(), err }, 'The connection to the NATS server is lost.')
    void this.#connect(() => undefined, Infinity).then(() => this.#onBack())
  }

  #onBack(): void {
    const { connection } = this.#link
    if (connection !== undefined)
      this.#host.logger.info({ server: connection.getServer() }, 'Connected to a NATS server again.')
  }

  #where(): string {
    return `The NATS server (${this.#servers.map(showServer).join(', ')})`
  }
}

/** What the server complains of, besides what ends the connection. */
export function sayError({ logger }: Host, link: Link, { data, permissionContext }: Status): void {
  const error = Object.assign(new Error(`The NATS server says ${JSON.stringify(data)}.`), { code: data })
  if (permissionContext === undefined) logger.error({ err: error }, 'The NATS server complains.')
  else link.denied(permissionContext.operation, permissionContext.subject, error)
}

function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, key: random() }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ item }) => item)
}
