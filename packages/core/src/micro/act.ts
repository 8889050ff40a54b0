import type { ActionKind } from '../ports/transport.ts'
import type { Contract } from '../sheets/contract.ts'
import type { Identity } from './identity.ts'
import type { Positions } from './positions.ts'

export interface ActOptions {
  /**
   * 1–128 visible ASCII characters. The same id from the same subject is the same command: it runs once, every repeat gets
   * the first answer. @default a new UUIDv7, or derived from the parent's inside a handler
   */
  readonly commandId?: string | undefined
  /** Inside a handler: what the derived id is made from, instead of the call's ordinal. */
  readonly key?: string | undefined
  /** How long the caller waits, milliseconds. @default the parent's remaining time, or the service's `timeoutMs` */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** @default anonymous; inside a handler the handler's own, which cannot be changed there */
  readonly identity?: Identity | undefined
  /** @default the command's id, or the parent's correlation id */
  readonly correlationId?: string | undefined
  /** Waited for before the call reads, and moved on by its reply, also by a refusal: share one between calls that must see each other. */
  readonly positions?: Positions | undefined
}

/**
 * Calls an action and resolves with its response.
 *
 * By contract the payload and the response are typed; by address or name they are not. A name is the own service's action first, then the one
 * discovered service that has it (two are an error that lists them).
 *
 * @throws MicroError whatever went wrong, in time; its `outcome` says what the call left in the log
 */
export interface Act {
  <Payload, Response>(contract: Contract<Payload, Response>, payload: Payload, options?: ActOptions): Promise<Response>
  <Response = unknown>(target: string | ActionAddress, payload?: unknown, options?: ActOptions): Promise<Response>
}

/** An action of a certain service, for callers that have no contract of it: a tool, or a portal that discovered it. */
export interface ActionAddress {
  readonly service: string
  readonly name: string
  readonly kind?: ActionKind | undefined
  /** A contract is no mere address: calls by contract are typed. */
  readonly sheet?: never
}

/** What a call answered, with everything around it. */
export interface CallResult<Response> {
  readonly response: Response
  readonly commandId: string
  /** Whether this is the answer to a command that had already run. */
  readonly repeated: boolean
  /** Log id → position: what the answer reflects, or more where calls at once share their `positions`. */
  readonly positions: Readonly<Record<string, number>>
}

/** As `Act`, with the positions and ids of the reply. */
export interface CallAction {
  <Payload, Response>(
    contract: Contract<Payload, Response>,
    payload: Payload,
    options?: ActOptions,
  ): Promise<CallResult<Response>>
  <Response = unknown>(
    target: string | ActionAddress,
    payload?: unknown,
    options?: ActOptions,
  ): Promise<CallResult<Response>>
}
