import { type NatsCredentials, checkCredentials } from './credentials.ts'
import type { GivenConnection } from './given-connection.ts'
import { inboxPrefixOf } from './service-names.ts'
import { parseServers, type ServerAddress } from './server-address.ts'

/** Files are read again at each connect, so that renewed ones are taken up. What is given directly is PEM text. */
export interface NatsTlsOptions {
  readonly caFile?: string | undefined
  readonly ca?: string | undefined
  /** Certificate and key of this client, where the server asks for one (mutual TLS). */
  readonly certFile?: string | undefined
  readonly cert?: string | undefined
  readonly keyFile?: string | undefined
  readonly key?: string | undefined
  /** The server speaks TLS from the first byte (`handshake_first`). @default false */
  readonly handshakeFirst?: boolean | undefined
}

interface CommonOptions {
  /** Largest body, in bytes of its JSON. The server's `max_payload` must hold it and 16 KiB of headers. @default 1032192 */
  readonly maxBodyBytes?: number | undefined
  /** Handlers at work at once; further requests are refused as `MICRO_OVERLOADED`. @default 2000 */
  readonly maxInFlight?: number | undefined
  /** Own requests that wait for a reply at once; further ones are `MICRO_OVERLOADED`. @default 10000 */
  readonly maxWaiting?: number | undefined
  /** Begins the subjects of replies, so that a NATS user can be allowed to read its own only. @default `_INBOX.<service>` */
  readonly inboxPrefix?: string | undefined
  /**
   * An endpoint that for so long has answered nothing in time leaves its requests to other instances, and tries again
   * after the same time. 0: never. @default 3000
   */
  readonly stalledAfterMs?: number | undefined
}

/** Connects by itself, reconnects for ever, and closes what it opened. */
export interface NatsServersOptions extends CommonOptions {
  /** `host`, `host:port`, `nats://host:port` or `tls://host:port`; several are nodes of one cluster. */
  readonly servers: string | readonly string[]
  readonly connection?: undefined
  readonly credentials?: NatsCredentials | undefined
  /** @default TLS where a server demands it, against the authorities that Node knows */
  readonly tls?: NatsTlsOptions | undefined
  /** How long `open` waits for a server to be there. @default Infinity */
  readonly openTimeoutMs?: number | undefined
  /** How long one attempt to connect may take. @default 2000 */
  readonly connectTimeoutMs?: number | undefined
  /** Longest pause between two attempts; jitter makes it shorter. @default 1000 */
  readonly reconnectPauseMs?: number | undefined
  /** A server that is silent for three of these is given up. @default 1000 */
  readonly pingIntervalMs?: number | undefined
}

/** Uses a connection that somebody else has opened, and will close. How it reconnects is theirs to say. */
export interface NatsConnectionOptions extends CommonOptions {
  readonly connection: GivenConnection
  readonly servers?: undefined
}

export type NatsTransportOptions = NatsServersOptions | NatsConnectionOptions

type Defaults = Readonly<
  Required<Omit<NatsServersOptions, 'servers' | 'connection' | 'credentials' | 'tls' | 'inboxPrefix'>>
>

/** What an option is when it is not given. */
export const DEFAULTS: { readonly [Key in keyof Defaults]: Exclude<Defaults[Key], undefined> } = Object.freeze({
  maxBodyBytes: 1_032_192,
  maxInFlight: 2_000,
  maxWaiting: 10_000,
  stalledAfterMs: 3_000,
  openTimeoutMs: Infinity,
  connectTimeoutMs: 2_000,
  reconnectPauseMs: 1_000,
  pingIntervalMs: 1_000,
})

export interface ResolvedOptions extends Readonly<typeof DEFAULTS> {
  /** Without one, that of the service that opens the transport is used. */
  readonly inboxPrefix: string | undefined
  /** Empty where a connection is given. */
  readonly servers: readonly ServerAddress[]
  readonly connection: GivenConnection | undefined
  readonly credentials: NatsCredentials | undefined
  readonly tls: NatsTlsOptions | undefined
}

/** What a transport is opened with. */
export interface OpeningOptions extends ResolvedOptions {
  readonly inboxPrefix: string
}

export function optionsFor(service: string, options: ResolvedOptions): OpeningOptions {
  return { ...options, inboxPrefix: options.inboxPrefix ?? inboxPrefixOf(service) }
}

const WITHOUT_DEFAULT = ['servers', 'credentials', 'tls', 'inboxPrefix'] as const
const ONLY_OWN = ['credentials', 'tls', 'openTimeoutMs', 'connectTimeoutMs', 'reconnectPauseMs', 'pingIntervalMs']
const TLS_OPTIONS = ['caFile', 'ca', 'certFile', 'cert', 'keyFile', 'key', 'handshakeFirst']
const INBOX_PREFIX = /^[\w-]+(?:\.[\w-]+)*$/

/** @throws TypeError for an option that is unknown or has a value that it cannot have */
export function resolveOptions(options: NatsTransportOptions): ResolvedOptions {
  if (typeof options !== 'object' || options === null) throw new TypeError('natsTransport: options must be an object')
  const given = withoutUndefined(options)
  for (const name of Object.keys(given)) {
    if (name !== 'connection' && !WITHOUT_DEFAULT.includes(name as never) && !Object.hasOwn(DEFAULTS, name))
      throw new TypeError(`natsTransport: there is no option "${name}"`)
  }
  const { connection, servers, credentials, tls, inboxPrefix } = given as Partial<
    NatsServersOptions & NatsConnectionOptions
  >
  if ((servers === undefined) === (connection === undefined))
    throw new TypeError('natsTransport: give either servers or a connection')
  if (connection !== undefined) {
    for (const name of ONLY_OWN)
      if (name in given) throw new TypeError(`natsTransport: ${name} belongs to a connection of its own`)
    if (typeof (connection as Partial<GivenConnection>).publish !== 'function')
      throw wrong('connection', 'what connect() of the package nats gives', connection)
  }
  if (credentials !== undefined) checkCredentials(credentials)
  if (tls !== undefined) checkTls(tls)
  const numbers = { ...DEFAULTS, ...given } as typeof DEFAULTS
  checkNumbers(numbers)
  if (inboxPrefix !== undefined && (typeof inboxPrefix !== 'string' || !INBOX_PREFIX.test(inboxPrefix)))
    throw wrong('inboxPrefix', 'words joined by dots', inboxPrefix)
  return Object.freeze({
    ...numbers,
    inboxPrefix,
    connection,
    servers: servers === undefined ? [] : parseServers(servers),
    credentials,
    tls,
  })
}

function checkNumbers(options: typeof DEFAULTS): void {
  for (const name of ['maxBodyBytes', 'maxInFlight', 'maxWaiting'] as const)
    if (!Number.isSafeInteger(options[name]) || options[name] < 1)
      throw wrong(name, 'a whole number from 1 on', options[name])
  for (const name of ['connectTimeoutMs', 'reconnectPauseMs', 'pingIntervalMs'] as const)
    if (!Number.isFinite(options[name]) || options[name] < 1) throw wrong(name, 'a number from 1 on', options[name])
  for (const name of ['openTimeoutMs', 'stalledAfterMs'] as const)
    if (typeof options[name] !== 'number' || !(options[name] >= 0))
      throw wrong(name, 'a number from 0 on', options[name])
}

function checkTls(tls: unknown): void {
  if (typeof tls !== 'object' || tls === null) throw wrong('tls', 'an object', tls)
  for (const [name, value] of Object.entries(tls)) {
    if (!TLS_OPTIONS.includes(name)) throw new TypeError(`natsTransport: tls has no option "${name}"`)
    const wanted = name === 'handshakeFirst' ? 'boolean' : 'string'
    // Never shown: it may be a key.
    if (value !== undefined && typeof value !== wanted)
      throw new TypeError(`natsTransport: tls.${name} must be a ${wanted}, not a ${typeof value}`)
  }
}

function withoutUndefined(options: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

function wrong(option: string, wanted: string, value: unknown): TypeError {
  return new TypeError(`natsTransport: ${option} must be ${wanted}, not ${describe(value)}`)
}

function describe(value: unknown): string {
  const isPlain = value === null || ['string', 'number', 'boolean'].includes(typeof value)
  return isPlain ? JSON.stringify(value) : `a value of type ${typeof value}`
}
