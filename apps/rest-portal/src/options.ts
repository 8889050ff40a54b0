import type { Logger, Micro } from '@micro/core'

/** What the portal logs with: what core's `Logger` can, or a part of it. */
export type PortalLogger = Pick<Logger, 'info' | 'warn' | 'error'>

export interface RateLimit {
  /** Requests that one address may send in a window; an IPv6 network of 64 bits counts as one. */
  readonly requests: number
  readonly windowMs: number
}

export interface PortalOptions {
  /** The started service through which the portal finds and calls actions. It stays the caller's: `close` does not stop it. */
  readonly micro: Micro
  /** Address to listen on; '0.0.0.0' for all. @default '127.0.0.1' */
  readonly host?: string | undefined
  /** 0 is any free one. @default 3000 */
  readonly port?: number | undefined
  /** When the port is taken, take the next free one instead of failing. @default false */
  readonly nextFreePort?: boolean | undefined
  /** Told about faults, each once. @default the service's own */
  readonly logger?: PortalLogger | undefined
  /** How long a call may take. @default 10000 */
  readonly timeoutMs?: number | undefined
  /**
   * Names (`bank.example`) that the portal answers to beside its address, for a proxy on the same machine. Without any,
   * a portal on this machine's own address answers to this machine's own names only, another one to every name.
   * @default []
   */
  readonly hosts?: readonly string[] | undefined
  /** Origins (`https://app.example`) whose pages may call. @default [] */
  readonly corsOrigins?: readonly string[] | undefined
  /** Requests that one address may send; false: as many as it likes. @default { requests: 2000, windowMs: 10000 } */
  readonly rateLimit?: RateLimit | false | undefined
  /** Addresses of proxies whose `X-Forwarded-For` is believed, comma-separated or as a list. @default false */
  readonly trustProxy?: string | readonly string[] | false | undefined
  /** How often services are looked for; what comes, goes or changes is known after two of these at most. @default 2000 */
  readonly refreshMs?: number | undefined
  /** Largest body. @default 1048576 */
  readonly bodyLimitBytes?: number | undefined
  /** How long a client may take to send its headers. @default 5000 */
  readonly headersTimeoutMs?: number | undefined
  /** How long a client may take to send a whole request. @default 10000 */
  readonly requestTimeoutMs?: number | undefined
  /** How long a connection may stay open between requests. @default 5000 */
  readonly keepAliveTimeoutMs?: number | undefined
  /** Requests that one connection may carry. @default 1000 */
  readonly maxRequestsPerSocket?: number | undefined
  /** Connections at once; further ones are dropped. @default 10000 */
  readonly maxConnections?: number | undefined
  /** How long `close` lets requests under way end. @default 10000 */
  readonly closeTimeoutMs?: number | undefined
}

type Defaults = {
  readonly [Name in Exclude<keyof PortalOptions, 'micro' | 'logger'>]-?: Exclude<PortalOptions[Name], undefined>
}

/** What `startPortal` takes for options that are left out. */
export const DEFAULTS: Defaults = Object.freeze({
  host: '127.0.0.1',
  port: 3000,
  nextFreePort: false,
  timeoutMs: 10_000,
  hosts: Object.freeze([]),
  corsOrigins: Object.freeze([]),
  rateLimit: Object.freeze({ requests: 2_000, windowMs: 10_000 }),
  trustProxy: false,
  refreshMs: 2_000,
  bodyLimitBytes: 1_048_576,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  keepAliveTimeoutMs: 5_000,
  maxRequestsPerSocket: 1_000,
  maxConnections: 10_000,
  closeTimeoutMs: 10_000,
})

export type Settings = Defaults

/** @throws TypeError naming an option that does not exist */
export function readSettings({ micro: _micro, logger: _logger, ...given }: PortalOptions): Settings {
  for (const name of Object.keys(given))
    if (!Object.hasOwn(DEFAULTS, name))
      throw new TypeError(
        `startPortal has no option "${name}"; there are micro, logger, ${Object.keys(DEFAULTS).join(', ')}`,
      )
  return { ...DEFAULTS, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }
}
