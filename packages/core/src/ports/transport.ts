import type { WireError } from '../errors/wire-error.ts'
import type { JsonObject, JsonValue } from '../values/json.ts'
import type { IoOptions, Provider } from './provider.ts'

/** Names are case-insensitive on the wire and lower case here, for example `micro-command-id`. */
export type Headers = Readonly<Record<string, string>>

/** A body of plain JSON; the context travels in headers, so that any client in any language can call. */
export interface Message {
  readonly headers: Headers
  /** Absent: no body at all. */
  readonly body?: JsonValue | undefined
}

export interface Request extends Message {
  readonly subject: string
}

/** What a handler answers: a result or a typed error. Both carry headers. */
export type Reply =
  | { readonly headers: Headers; readonly body?: JsonValue | undefined; readonly error?: undefined }
  | { readonly headers: Headers; readonly error: WireError; readonly body?: undefined }

/** Ends what was begun. Idempotent; in-flight handlers finish. */
export type Stop = () => Promise<void>

export type ActionKind = 'command' | 'view' | 'action'

/** One callable action of a service as others discover it. */
export interface EndpointDescription {
  readonly service: string
  readonly version: string
  /** Instance that serves it. */
  readonly instance: string
  /** Name of the action in plain words. */
  readonly action: string
  readonly kind: ActionKind
  readonly subject: string
  /** Schemas as JSON Schema 2020-12, absent where the contract has none. */
  readonly payload?: JsonObject | undefined
  readonly response?: JsonObject | undefined
  readonly description?: string | undefined
  /** Reasons for which the action is refused, as the contract lists them. */
  readonly errors?: readonly string[] | undefined
}

/** One running instance of a service. */
export interface ServiceDescription {
  readonly service: string
  readonly version: string
  readonly instance: string
  readonly endpoints: readonly EndpointDescription[]
}

export interface RequestOptions extends IoOptions {
  /** How long to wait for the reply. */
  readonly timeoutMs: number
}

export interface DiscoverOptions extends IoOptions {
  /** How long to wait for answers. */
  readonly maxWaitMs: number
}

/**
 * Requests, replies and broadcasts between services. Event truth never travels here. Subjects are words joined by dots,
 * without wildcards; a malformed subject, header or duration is a `TypeError`. After `close` has ended every method rejects
 * with `MICRO_UNAVAILABLE`.
 */
export interface Transport {
  /**
   * Answers requests on the endpoint's subject. Instances that serve one subject share the requests among them: each
   * request goes to one. A handler that rejects is answered with its error as a `WireError`.
   */
  serve(endpoint: EndpointDescription, handle: (request: Request) => Promise<Reply>): Promise<Stop>

  /**
   * One request, one reply. The receiver gets its own copy of the body.
   *
   * @throws MicroError `MICRO_UNAVAILABLE` with outcome `none` when nobody serves the subject
   * @throws MicroError `MICRO_TIMEOUT` with outcome `unknown` when no reply came in time
   * @throws MicroError `MICRO_TOO_LARGE` when the message exceeds the transport's limit
   */
  request(subject: string, message: Message, options: RequestOptions): Promise<Reply>

  /** To everyone who subscribes now; at most once. */
  publish(subject: string, message: Message, options?: IoOptions): Promise<void>

  /** Messages published on a subject. With `queue`, each message goes to one subscriber of that queue. */
  subscribe(
    subject: string,
    handle: (message: Request) => void | Promise<void>,
    options?: IoOptions & { readonly queue?: string | undefined },
  ): Promise<Stop>

  /** Every running instance that answers within `maxWaitMs`, each once. */
  discover(options: DiscoverOptions): AsyncIterable<ServiceDescription>

  /**
   * Takes no new requests, lets in-flight handlers finish and their replies arrive, up to the deadline; they may still call
   * others meanwhile. Who is cut off at the deadline gets `MICRO_UNAVAILABLE` with outcome `unknown`. Idempotent.
   */
  close(options: { readonly deadlineMs: number }): Promise<void>
}

export interface TransportCapabilities {
  /** Whether other processes can be reached. */
  readonly remote: boolean
  /** Largest body in bytes. */
  readonly maxBodyBytes: number
}

export type TransportProvider = Provider<Transport, TransportCapabilities>
