import { deriveId } from '../ids/derive-id.ts'
import type { Act } from '../micro/act.ts'
import type { Context } from '../micro/context.ts'
import type { Identity } from '../micro/identity.ts'
import type { Logger } from '../ports/logger.ts'
import type { Load } from '../ports/module.ts'
import type { RecordedEvent } from '../ports/event-store.ts'
import type { Runtime } from '../ports/runtime.ts'
import type { Call } from './call.ts'

/** What handlers of one module share. */
export interface HandlerSurroundings {
  readonly runtime: Runtime
  readonly log: Logger
  readonly load: Load
  /** Calls an action as a child of this call. */
  readonly act: (call: Call, args: Parameters<Act>) => Promise<unknown>
}

/**
 * The context of one handler call. Everything that costs something is made when it is first asked for; members are
 * getters of bound functions, so that handlers can take the context apart.
 */
export class HandlerContext implements Context {
  readonly payload: unknown
  readonly models: unknown
  readonly lookups: unknown
  /** Set for `respond` only. */
  events: readonly RecordedEvent[] = []
  keep: unknown = undefined
  readonly #call: Call
  readonly #surroundings: HandlerSurroundings

  constructor(call: Call, surroundings: HandlerSurroundings, payload: unknown, models?: unknown, lookups?: unknown) {
    this.#call = call
    this.#surroundings = surroundings
    this.payload = payload
    this.models = models
    this.lookups = lookups
  }

  get act(): Act {
    const { act } = this.#surroundings
    const call = this.#call
    return ((...args: Parameters<Act>) => act(call, args)) as Act
  }

  get identity(): Identity {
    return this.#call.identity
  }

  get signal(): AbortSignal {
    return this.#call.signal
  }

  get deadline(): number {
    const { runtime } = this.#surroundings
    return runtime.now() + this.#call.deadlineAt - runtime.monotonic()
  }

  get log(): Logger {
    const { endpoint, correlationId, commandId } = this.#call
    return this.#surroundings.log.child({ action: endpoint.name, correlationId, commandId })
  }

  get load(): Load {
    return this.#surroundings.load
  }

  get now(): () => number {
    const { runtime } = this.#surroundings
    return () => runtime.now()
  }

  get correlationId(): string {
    return this.#call.correlationId
  }

  get commandId(): string {
    return this.#call.commandId
  }

  get newId(): (name: string) => string {
    const { commandId } = this.#call
    return (name) => newIdFor(commandId, name)
  }
}

/** An id for something that a command makes: the same for every repeat. Cannot be one of its event ids, which end in digits only. */
export function newIdFor(commandId: string, name: string): string {
  return deriveId(commandId, `id:${name}`)
}
