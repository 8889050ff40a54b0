import type { Act } from '../micro/act.ts'
import type { MicroError } from '../errors/micro-error.ts'
import type { ErasedHandler } from '../sheets/handler.ts'
import type { Sheets } from '../sheets/sheets.ts'
import type { Logger } from './logger.ts'
import type { Runtime } from './runtime.ts'
import { checkObject, shown } from '../values/shown.ts'

/**
 * A named part of a service with a typed API.
 *
 * - *shared*: made once for the service; every loader gets the same API.
 * - *exclusive*: made anew for each loader.
 *
 * `load` is resolved recursively: what a module loads is created and started before it and stopped after it.
 */
export interface ModuleDefinition<Api = unknown> {
  readonly name: string
  readonly scope: 'shared' | 'exclusive'
  /** Modules that this one uses, by definition or by name; those given as definitions need not be composed themselves. */
  readonly load: readonly (ModuleDefinition | string)[]
  /** Rules, reducers, models, views and contracts that join the service's. */
  readonly sheets: Sheets | undefined
  /** Plain actions by name that join the service's. */
  readonly actions: Readonly<Record<string, ErasedHandler>>
  /**
   * `logger`: made before anything else is opened, and everything logs through it. `identity`: tells who asks, so that
   * every rule and view has to say who may.
   */
  readonly provides: 'logger' | 'identity' | undefined
  readonly create: ((context: ModuleContext) => Api | Promise<Api>) | undefined
  readonly start: ModuleStep<Api> | undefined
  readonly stop: ModuleStep<Api> | undefined
}

// Taken from a method: its parameters are bivariant, so that modules of any API stand in one list.
export type ModuleStep<Api> = { step(api: Api, context: ModuleContext): void | Promise<void> }['step']

/** Gives the API of a loaded module: typed when asked by definition, `unknown` by name. */
export interface Load {
  <Api>(module: ModuleDefinition<Api>): Api
  (name: string): unknown
}

/** What `create`, `start` and `stop` of a module get. */
export interface ModuleContext {
  readonly service: string
  readonly version: string
  readonly instance: string
  readonly runtime: Runtime
  readonly log: Logger
  /** APIs of the modules named in `load`. */
  readonly load: Load
  /** Calls actions in a new context; works once the service has started. */
  readonly act: Act
  /** Ends the service because of an error that it cannot go on with: logged once, drained, then `onFatal` listeners. */
  readonly fail: (error: unknown) => void
  /** Called once, after a failed service has drained. */
  readonly onFatal: (listener: (error: MicroError) => void | Promise<void>) => void
}

export interface ModuleOptions<Api> {
  readonly name: string
  /** @default 'shared' */
  readonly scope?: 'shared' | 'exclusive'
  /** @default [] */
  readonly load?: readonly (ModuleDefinition | string)[]
  readonly sheets?: Sheets
  /** Plain actions by name. @default none */
  readonly actions?: Readonly<Record<string, ErasedHandler>>
  readonly provides?: 'logger' | 'identity'
  /** Makes the module's API; nothing of the service's actions can be called yet. */
  readonly create?: (context: ModuleContext) => Api | Promise<Api>
  /** Called in dependency order when ports are open and models are up to date. */
  readonly start?: (api: Api, context: ModuleContext) => void | Promise<void>
  /** Called in reverse order; also when a later part failed to start. */
  readonly stop?: (api: Api, context: ModuleContext) => void | Promise<void>
}

/** @throws TypeError when the name is missing or the scope unknown */
export function defineModule<Api = undefined>(options: ModuleOptions<Api>): ModuleDefinition<Api> {
  checkObject(options, 'defineModule: options')
  const { name, scope = 'shared', load = [], sheets, actions = {}, provides, create, start, stop } = options
  if (typeof name !== 'string' || name.trim() === '')
    throw new TypeError('A module needs a name: defineModule({ name })')
  if (scope !== 'shared' && scope !== 'exclusive')
    throw new TypeError(`Module "${name}": scope is "shared" or "exclusive", not ${shown(scope)}`)
  if (!Array.isArray(load)) throw new TypeError(`Module "${name}": load must be an array, not ${shown(load)}`)
  checkObject(actions, `Module "${name}": actions`)
  return Object.freeze({ name, scope, load: Object.freeze([...load]), sheets, actions, provides, create, start, stop })
}
