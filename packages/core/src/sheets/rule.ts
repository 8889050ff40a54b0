import type { Identity } from '../micro/identity.ts'
import type { Context } from '../micro/context.ts'
import type { RecordedEvent } from '../ports/event-store.ts'
import type { JsonObject } from '../values/json.ts'
import type { CommandContract } from './contract.ts'
import type { EventDefinitions } from './events.ts'
import type { ModelReaders, Models } from './model.ts'
import type { TypedEvent } from './reducer.ts'
import { checkObject } from '../values/shown.ts'

/** What `stream` and `streams` may depend on beside the payload, so that a repeat names the same streams. */
export interface StreamContext {
  readonly identity: Identity
  readonly commandId: string
  /** An id derived from `commandId` and a name. */
  readonly newId: (name: string) => string
}

/** An event as a rule proposes it. */
export type ProposedEvent<Events extends object> = {
  [Type in keyof Events]: {
    readonly type: Type
    readonly data: Events[Type]
    /** Which of `streams`; left out where the rule has one `stream`. */
    readonly stream?: string
    /** The author's own metadata. Never secrets. */
    readonly user?: JsonObject
  }
}[keyof Events]

/** Events, and what of this run `respond` may have but the log may not: a token whose hash is recorded. */
export interface Proposal<Events extends object, Keep> {
  readonly events: readonly ProposedEvent<Events>[]
  readonly keep?: Keep
}

/** The recorded events of a command, as `respond` gets them. */
export type RecordedOf<Events extends object> = { [Type in keyof Events]: TypedEvent<Type, Events[Type]> }[keyof Events]

/** The context of the steps that read models. */
export type RuleContext<M extends Models, L extends Models> = Context & {
  readonly models: ModelReaders<M>
  readonly lookups: ModelReaders<L>
}

/** `true`: allowed. A string is the reason of the refusal; anything else refuses without one. */
export type Authorization = boolean | string | undefined

/** A reason why not, as a sentence a customer understands; `undefined`: nothing against it. */
export type Objection = string | undefined | void

export interface RuleOptions<Payload, Response, M extends Models, L extends Models, Events extends object, Keep> {
  /**
   * Decided on: a command is accepted only if no event has changed these since. Covers exactly the rows whose every event
   * lies in a stream that the rule names.
   */
  readonly models?: M
  /** Read as well, may be stale. */
  readonly lookups?: L
  readonly emits?: EventDefinitions<Events>
  /** The one stream that events are written to and that nobody else may write to meanwhile. Pure. */
  readonly stream?: (payload: Payload, context: StreamContext) => string
  /** Several streams, committed together; events then say their stream. A stream without events is a guard. Pure. */
  readonly streams?: (payload: Payload, context: StreamContext) => readonly string[]
  /** @default 'refuse', a wiring error, where the store cannot write to several streams at once */
  readonly whenUnsupported?: 'omit' | 'refuse'
  /** What a repeat of a command gets: the first answer, or `MICRO_DUPLICATE` because replies hold secrets. @default 'answer' */
  readonly repeat?: 'answer' | 'refuse'
  /** Version of the rule, recorded in each event. @default 1 */
  readonly version?: number
  readonly authorize?: (
    request: RuleContext<M, L> & { readonly payload: Payload },
  ) => Authorization | Promise<Authorization>
  /** From the payload alone: what a schema cannot say. */
  readonly preValidate?: (payload: Payload) => Objection
  /** Against current models. */
  readonly validate?: (payload: Payload, context: RuleContext<M, L>) => Objection | Promise<Objection>
  /** What then has happened; none is allowed: nothing to do. */
  readonly events?: (
    payload: Payload,
    context: RuleContext<M, L>,
  ) => EventsResult<Events, Keep> | Promise<EventsResult<Events, Keep>>
  /** The answer, from models that have the events. May call anything. */
  readonly respond?: (
    request: RuleContext<M, L> & {
      readonly payload: Payload
      readonly events: readonly RecordedOf<Events>[]
      /** What `events` kept; `undefined` when this run was a repeat. */
      readonly keep: Keep | undefined
    },
  ) => Response | Promise<Response>
}

export type EventsResult<Events extends object, Keep> = readonly ProposedEvent<Events>[] | Proposal<Events, Keep>

/** Whether a command may happen, and what then happened. */
export interface RuleDefinition {
  readonly sheet: 'rule'
  readonly contract: CommandContract
  readonly models: Models
  readonly lookups: Models
  readonly emits: EventDefinitions | undefined
  readonly whenUnsupported: 'omit' | 'refuse'
  readonly repeat: 'answer' | 'refuse'
  readonly version: number
  readonly steps: RuleSteps
}

export interface ErasedProposedEvent {
  readonly type: string
  readonly data: unknown
  readonly stream?: string
  readonly user?: JsonObject
}

export type ErasedContext = Context & { readonly models: unknown; readonly lookups: unknown; readonly payload: unknown }

export type ErasedRespondContext = ErasedContext & { readonly events: readonly RecordedEvent[]; readonly keep: unknown }

// Taken from a method: its parameters are bivariant, so that every typed step is one of these.
export type ErasedStep<Args extends readonly unknown[]> = { step(...args: Args): unknown }['step']

/** The functions of a rule with their types erased; core calls them with checked payloads. */
export interface RuleSteps {
  readonly stream: ErasedStep<[payload: unknown, context: StreamContext]> | undefined
  readonly streams: ErasedStep<[payload: unknown, context: StreamContext]> | undefined
  readonly authorize: ErasedStep<[request: ErasedContext]> | undefined
  readonly preValidate: ErasedStep<[payload: unknown]> | undefined
  readonly validate: ErasedStep<[payload: unknown, context: ErasedContext]> | undefined
  readonly events: ErasedStep<[payload: unknown, context: ErasedContext]> | undefined
  readonly respond: ErasedStep<[request: ErasedRespondContext]> | undefined
}

/** @example see the README of `@micro/core` */
export function defineRule<
  Payload,
  Response,
  const M extends Models = Record<never, never>,
  const L extends Models = Record<never, never>,
  Events extends object = Record<never, never>,
  Keep = undefined,
>(
  contract: CommandContract<Payload, Response>,
  options: RuleOptions<NoInfer<Payload>, NoInfer<Response>, M, L, Events, Keep>,
): RuleDefinition {
  checkObject(contract, 'defineRule: the contract')
  checkObject(options, 'defineRule: options')
  const { models = {}, lookups = {}, emits, whenUnsupported = 'refuse', repeat = 'answer', version = 1 } = options
  const { stream, streams, authorize, preValidate, validate, events, respond } = options
  const steps = { stream, streams, authorize, preValidate, validate, events, respond } as RuleSteps
  return Object.freeze({ sheet: 'rule', contract, models, lookups, emits, whenUnsupported, repeat, version, steps })
}
