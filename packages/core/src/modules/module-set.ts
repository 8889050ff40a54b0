import type { Load, ModuleContext, ModuleDefinition } from '../ports/module.ts'
import type { ModuleGraph } from './module-graph.ts'

interface ModuleInstance {
  readonly definition: ModuleDefinition
  readonly api: unknown
  readonly context: ModuleContext
  readonly load: Load
}

/** What differs between the contexts of a service's modules. */
export type MakeModuleContext = (module: ModuleDefinition, load: Load) => ModuleContext

export interface StopModulesOptions {
  /** What must go on until the very end. */
  readonly except?: ModuleDefinition['provides']
  readonly onError: (module: string, error: unknown) => void
}

/**
 * The modules of one running service: created and started in dependency order, stopped in reverse. A shared module is made
 * once, an exclusive one for each loader.
 */
export class ModuleSet {
  readonly #graph: ModuleGraph
  readonly #makeContext: MakeModuleContext
  readonly #shared = new Map<ModuleDefinition, ModuleInstance>()
  readonly #created: ModuleInstance[] = []
  /** What the service itself loads: every composed module. */
  readonly #roots = new Map<ModuleDefinition, ModuleInstance>()

  constructor(graph: ModuleGraph, makeContext: MakeModuleContext) {
    this.#graph = graph
    this.#makeContext = makeContext
  }

  /** Makes the module, and first everything that it loads. */
  async create(module: ModuleDefinition): Promise<unknown> {
    const root = this.#roots.get(module)
    if (root !== undefined) return root.api
    const instance = await this.#obtain(module)
    this.#roots.set(module, instance)
    return instance.api
  }

  async start(): Promise<void> {
    for (const { definition, api, context } of this.#created) await definition.start?.(api, context)
  }

  /** Stops all that was created, last first. One that fails does not keep the others from stopping. */
  async stop({ except, onError }: StopModulesOptions): Promise<void> {
    const stopping = this.#created.filter(({ definition }) => except === undefined || definition.provides !== except)
    this.#created.splice(0, this.#created.length, ...this.#created.filter((instance) => !stopping.includes(instance)))
    for (const { definition, api, context } of stopping.reverse()) {
      try {
        await definition.stop?.(api, context)
      } catch (error) {
        onError(definition.name, error)
      }
    }
  }

  /** What handlers of a module's sheets may load: the module itself and what it loads; the service loads all. */
  loadFor(module: string | undefined): Load {
    if (module === undefined) return loadFrom(this.#roots, 'The service')
    const instance = this.#created.find(({ definition }) => definition.name === module)
    if (instance === undefined) throw new TypeError(`There is no module "${module}"`)
    const { definition, load } = instance
    return ((asked: ModuleDefinition | string) =>
      nameOf(asked) === definition.name ? instance.api : load(asked as ModuleDefinition)) as Load
  }

  async #obtain(module: ModuleDefinition): Promise<ModuleInstance> {
    const shared = this.#shared.get(module)
    if (shared !== undefined) return shared
    const loaded = new Map<ModuleDefinition, ModuleInstance>()
    for (const entry of module.load) {
      const definition = this.#graph.resolve(entry)
      loaded.set(definition, await this.#obtain(definition))
    }
    const load = loadFrom(loaded, `Module "${module.name}"`)
    const context = this.#makeContext(module, load)
    const instance = { definition: module, api: await module.create?.(context), context, load }
    this.#created.push(instance)
    if (module.scope === 'shared') this.#shared.set(module, instance)
    return instance
  }
}

function loadFrom(instances: ReadonlyMap<ModuleDefinition, ModuleInstance>, who: string): Load {
  return ((asked: ModuleDefinition | string) => {
    for (const [definition, { api }] of instances) if (definition.name === nameOf(asked)) return api
    const known = Array.from(instances.keys(), ({ name }) => `"${name}"`).join(', ') || 'none'
    throw new TypeError(`${who} does not load "${nameOf(asked)}"; it loads: ${known}`)
  }) as Load
}

const nameOf = (asked: ModuleDefinition | string): string => (typeof asked === 'string' ? asked : asked.name)
