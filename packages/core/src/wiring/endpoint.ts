import type { JsonObject } from '../values/json.ts'
import type { Validate } from '../schema/compile-schema.ts'
import type { ErasedHandler } from '../sheets/handler.ts'
import type { ModelDefinition } from '../sheets/model.ts'
import type { RuleDefinition } from '../sheets/rule.ts'
import type { ViewDefinition } from '../sheets/view.ts'

/** A schema of a contract in both of its forms: to tell others, and to check with. */
export interface CompiledSchema {
  readonly json: JsonObject
  readonly validate: Validate
}

interface EndpointBase {
  readonly name: string
  readonly description: string | undefined
  readonly errors: readonly string[]
  readonly payload: CompiledSchema | undefined
  readonly response: CompiledSchema | undefined
  /** Module whose sheets it comes from; `undefined`: the service itself. */
  readonly module: string | undefined
}

export interface CommandEndpoint extends EndpointBase {
  readonly kind: 'command'
  readonly rule: RuleDefinition
  /** SHA-1 over the rule's functions: a changed rule sheet is told apart in the log. */
  readonly ruleHash: string
  /** What the rule may emit, by event type. */
  readonly events: ReadonlyMap<string, Validate>
}

export interface ViewEndpoint extends EndpointBase {
  readonly kind: 'view'
  readonly view: ViewDefinition
}

export interface ActionEndpoint extends EndpointBase {
  readonly kind: 'action'
  readonly handle: ErasedHandler
}

export type Endpoint = CommandEndpoint | ViewEndpoint | ActionEndpoint

/** Which projection holds a model's rows. */
export type ModelHomes = ReadonlyMap<ModelDefinition, string>
