/** An action by name: each contract is one; what has no contract is written down as `{ service, name }`. */
export interface ServedAction {
  readonly service: string
  readonly name: string
}

/**
 * How a service proves to the server who it is. What is here may be read by everybody who reads the file: the seed and
 * the password themselves are given to `natsTransport` only.
 */
export type NatsUserCredentials =
  /** Public half of a key pair: `U…`, as `nk -gen user -pubout` prints it. To be preferred: nothing secret travels. */
  | { readonly nkey: string }
  /** `passwordHash` as `nats server passwd` prints it: bcrypt, `$2a$…`. */
  | { readonly user: string; readonly passwordHash: string }

/** What one service may do. All its instances are one user, and no two services are the same one. */
export interface NatsServiceAccess {
  /** As in `createMicro({ name })`. */
  readonly name: string
  readonly credentials: NatsUserCredentials
  /** Contracts of all that it answers, modules' too. @default [] */
  readonly serves?: readonly ServedAction[] | undefined
  /** Contracts of other services that it calls; `'everything'`: all that the others serve. @default [] */
  readonly calls?: readonly ServedAction[] | 'everything' | undefined
  /** Subjects on which it publishes, each spelled out. @default [] */
  readonly publishes?: readonly string[] | undefined
  /**
   * Subjects on which it hears what others publish, each spelled out. A queue of it is named as the service is
   * (`deposit-money` for `deposit money`), so that nobody joins another's. @default []
   */
  readonly subscribes?: readonly string[] | undefined
  /** It may ask who is there: `micro.services()`, calls by bare name. @default true */
  readonly discovers?: boolean | undefined
  /** It may read the statistics of all, which show the text of their last error. @default false */
  readonly readsStatistics?: boolean | undefined
}

/** Files as the server sees them. */
export interface NatsServerTls {
  readonly certFile: string
  readonly keyFile: string
  /** Authorities of the clients; given, a client without a certificate of theirs is refused (mutual TLS). */
  readonly clientCaFile?: string | undefined
}

export interface NatsServerConfigOptions {
  readonly services: readonly NatsServiceAccess[]
  /** As in `createMicro({ namespace })`. @default 'micro' */
  readonly namespace?: string | undefined
  /** How long after a request its reply may be sent: no less than the longest time-out of a call. @default 120000 */
  readonly repliesWithinMs?: number | undefined
  /** @default none: passwords and messages travel in the clear */
  readonly tls?: NatsServerTls | undefined
}

/** What an option is when it is not given. */
export const SERVER_CONFIG_DEFAULTS: { readonly namespace: string; readonly repliesWithinMs: number } = Object.freeze({
  namespace: 'micro',
  repliesWithinMs: 120_000,
})
