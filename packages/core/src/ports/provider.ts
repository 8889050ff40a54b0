import type { Logger } from './logger.ts'
import type { Runtime } from './runtime.ts'

/** What a provider is opened with: who opens it, and where time, chance and log lines come from. */
export interface Host {
  readonly runtime: Runtime
  readonly logger: Logger
  /** Name of the service that opens the port. */
  readonly service: string
  /** Id of this running instance of the service; a restart has a new one. */
  readonly instance: string
}

/**
 * What an adapter's factory returns: inert, no I/O has happened. `open` gives the port, so "used before open" cannot be
 * written. Opening again gives a second handle with its own `close()`; data of a memory provider belongs to the provider.
 */
export interface Provider<Port, Capabilities> {
  /** Name of the adapter for log lines and error messages, for example `memory` or `sqlite`. */
  readonly kind: string
  /** What varies between adapters of one port; frozen, and known before anything is opened. */
  readonly capabilities: Readonly<Capabilities>
  /**
   * May wait, for a server that is not there yet. An aborted signal ends the waiting: the service is stopped while it starts.
   *
   * @throws MicroError `MICRO_UNAVAILABLE`, `MICRO_UNAUTHENTICATED`, `MICRO_STORE_LOCKED`, `MICRO_STORE_CORRUPT`,
   *   `MICRO_NOT_SUPPORTED`
   */
  open(host: Host, options?: IoOptions): Promise<Port>
}

/** Every method that does I/O takes these. An aborted call rejects with `signal.reason`. */
export interface IoOptions {
  readonly signal?: AbortSignal | undefined
}
