import type { ActionKind } from '../ports/transport.ts'
import type { Infer, Schema } from '../schema/schema.ts'
import { checkObject, shown } from '../values/shown.ts'

/**
 * What others may know of an action: its service, its name and its schemas. One contract drives validation, the typed
 * client, discovery, OpenAPI and the portal's routes; importing it brings no implementation.
 */
export interface Contract<Payload = unknown, Response = unknown> {
  readonly sheet: 'contract'
  readonly kind: ActionKind
  readonly service: string
  readonly name: string
  readonly description: string | undefined
  readonly payload: Schema | undefined
  readonly response: Schema | undefined
  /** Reasons for which the action is refused, for documentation: a line each. */
  readonly errors: readonly string[]
  /** Only for the type checker; never there at run time. */
  readonly '~types'?: { readonly payload: Payload; readonly response: Response }
}

export interface CommandContract<Payload = unknown, Response = unknown> extends Contract<Payload, Response> {
  readonly kind: 'command'
}

export interface ViewContract<Payload = unknown, Response = unknown> extends Contract<Payload, Response> {
  readonly kind: 'view'
}

export interface ActionContract<Payload = unknown, Response = unknown> extends Contract<Payload, Response> {
  readonly kind: 'action'
}

export interface ContractOptions<P extends Schema, R extends Schema> {
  /** Name of the service that implements it. */
  readonly service: string
  /** JSON Schema, TypeBox, or any Standard JSON Schema library. Objects are closed unless they say otherwise. */
  readonly payload: P
  /** @default nothing is said about the response, its type is `unknown` */
  readonly response?: R
  readonly description?: string
  readonly errors?: readonly string[]
}

/** Contract of a command: an action that may append events. Implemented by `defineRule`. */
export function defineCommand<const P extends Schema, const R extends Schema>(
  name: string,
  options: ContractOptions<P, R>,
): CommandContract<Infer<P>, Infer<R>> {
  return contract('command', name, options) as CommandContract<Infer<P>, Infer<R>>
}

/** Contract of a view: an action that reads models. Implemented by `defineView`. */
export function defineViewContract<const P extends Schema, const R extends Schema>(
  name: string,
  options: ContractOptions<P, R>,
): ViewContract<Infer<P>, Infer<R>> {
  return contract('view', name, options) as ViewContract<Infer<P>, Infer<R>>
}

/** Contract of a plain action. Implemented by `micro.add(contract, handler)`. */
export function defineAction<const P extends Schema, const R extends Schema>(
  name: string,
  options: ContractOptions<P, R>,
): ActionContract<Infer<P>, Infer<R>> {
  return contract('action', name, options) as ActionContract<Infer<P>, Infer<R>>
}

function contract<Kind extends ActionKind>(
  kind: Kind,
  name: string,
  options: ContractOptions<Schema, Schema>,
): Contract & { readonly kind: Kind } {
  checkObject(options, `Contract ${shown(name)}: options`)
  const { service, payload, response, description, errors = [] } = options
  return Object.freeze({ sheet: 'contract', kind, service, name, description, payload, response, errors })
}
