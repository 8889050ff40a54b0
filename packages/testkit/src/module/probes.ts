import { defineModule, type ModuleContext, type ModuleDefinition, type ModuleOptions } from '@micro/core'

/** What a probe gives its loaders: itself, told apart from any other by identity alone. */
export interface ProbeApi {
  readonly name: string
  /** What its `load` gave it, in that order. */
  readonly loaded: readonly unknown[]
  readonly context: ModuleContext
}

export type Probe = ModuleDefinition<ProbeApi>

export interface ProbeOptions extends Pick<ModuleOptions<ProbeApi>, 'scope' | 'load' | 'sheets' | 'actions'> {
  /** Called in that step, after it was noted; throws to make the step fail. */
  readonly onCreate?: (context: ModuleContext) => unknown
  readonly onStart?: (context: ModuleContext) => unknown
  readonly onStop?: (context: ModuleContext) => unknown
}

/** Modules that write down what is done with them. */
export class Probes {
  /** `create a`, `start a`, `stop a`, in the order in which it was done. */
  readonly steps: string[] = []
  readonly apis: ProbeApi[] = []

  define(name: string, options: ProbeOptions = {}): Probe {
    const { scope = 'shared', load = [], onCreate, onStart, onStop, ...joining } = options
    return defineModule<ProbeApi>({
      name,
      scope,
      load,
      ...joining,
      create: async (context) => {
        this.steps.push(`create ${name}`)
        await onCreate?.(context)
        const loaded = load.map((entry) => context.load(typeof entry === 'string' ? entry : entry.name))
        const api: ProbeApi = { name, loaded, context }
        this.apis.push(api)
        return api
      },
      start: async (_, context) => {
        this.steps.push(`start ${name}`)
        await onStart?.(context)
      },
      stop: async (_, context) => {
        this.steps.push(`stop ${name}`)
        await onStop?.(context)
      },
    })
  }

  /** The steps of one kind, without its word: `['a', 'b']`. */
  of(step: 'create' | 'start' | 'stop'): readonly string[] {
    return this.steps.filter((noted) => noted.startsWith(`${step} `)).map((noted) => noted.slice(step.length + 1))
  }

  /** What this probe's loads gave it, of whichever instance was made last. */
  loadedBy(name: string): readonly unknown[] {
    return this.apis.findLast((api) => api.name === name)?.loaded ?? []
  }
}
