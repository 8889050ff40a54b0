import {
  createMicro,
  defineModule,
  isMicroError,
  type Micro,
  MicroError,
  type MicroOptions,
  type ModuleContext,
  type ModuleDefinition,
  type Timer,
} from '@micro/core'
import type { MakeService, ModulePromise } from '../src/module/index.ts'

type Change = (module: ModuleDefinition) => Partial<ModuleDefinition>

/** The same modules with some parts replaced, those that they load included. */
function changed(modules: readonly ModuleDefinition[], change: Change): readonly ModuleDefinition[] {
  const copies = new Map<ModuleDefinition, ModuleDefinition>()
  const copyOf = (module: ModuleDefinition): ModuleDefinition => {
    let copy = copies.get(module)
    if (copy === undefined) {
      const load = module.load.map((entry) => (typeof entry === 'string' ? entry : copyOf(entry)))
      copies.set(module, (copy = { ...module, load, ...change({ ...module, load }) }))
    }
    return copy
  }
  return modules.map((module) => (module.provides === 'logger' ? module : copyOf(module)))
}

const loader =
  (makeChange: () => Change): MakeService =>
  (options) =>
    createMicro({ ...options, modules: changed(options.modules ?? [], makeChange()) })

/** A service whose own methods are replaced; the rest is bound to the real one. */
function facade(micro: Micro, replaced: Partial<Micro>): Micro {
  return new Proxy(micro, {
    get(target, member) {
      const own = Reflect.get(replaced, member) as unknown
      if (own !== undefined) return own
      const value = Reflect.get(target, member, target) as unknown
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

/** Keeps what modules were made, with their contexts, so that a broken service can do things with them. */
function tracking(options: MicroOptions): {
  readonly options: MicroOptions
  readonly made: () => {
    readonly definition: ModuleDefinition
    readonly api: unknown
    readonly context: ModuleContext
  }[]
} {
  const made: { definition: ModuleDefinition; api: unknown; context: ModuleContext }[] = []
  const modules = changed(options.modules ?? [], (module) => ({
    create: async (context) => {
      const api = await module.create?.(context)
      made.push({ definition: module, api, context })
      return api
    },
  }))
  return { options: { ...options, modules }, made: () => made }
}

/** The context with other members. Its own are plain properties. */
const withContext =
  (change: (context: ModuleContext) => Partial<ModuleContext>): (() => Change) =>
  () =>
  ({ create }) => ({ create: create && ((context) => create({ ...context, ...change(context) })) })

export const BROKEN_LOADERS: readonly {
  readonly flaw: string
  readonly promise: ModulePromise
  readonly make: MakeService
}[] = [
  {
    flaw: 'makes a shared module for each loader',
    promise: 'MO-SHARED-ONCE',
    make: loader(() => () => ({ scope: 'exclusive' })),
  },
  {
    flaw: 'makes an exclusive module once',
    promise: 'MO-EXCLUSIVE-EACH',
    make: loader(() => () => ({ scope: 'shared' })),
  },
  {
    flaw: 'keeps APIs for the next service',
    promise: 'MO-SERVICES-APART',
    make: (() => {
      const kept = new WeakMap<ModuleDefinition['create'] & object, unknown>()
      return loader(() => ({ create }) => ({
        create:
          create &&
          (async (context) => {
            if (!kept.has(create)) kept.set(create, await create(context))
            return kept.get(create)
          }),
      }))
    })(),
  },
  {
    flaw: 'forgets what loaded modules load',
    promise: 'MO-LOAD-RECURSIVE',
    make: loader(() => ({ load }) => ({
      load: load.map((entry) => (typeof entry === 'string' ? entry : { ...entry, load: [] })),
    })),
  },
  {
    flaw: 'answers undefined for what is not loaded',
    promise: 'MO-LOAD-OWN',
    make: loader(
      withContext(({ load }) => ({
        load: ((asked: string) => {
          try {
            return load(asked)
          } catch {
            return undefined
          }
        }) as ModuleContext['load'],
      })),
    ),
  },
  {
    flaw: 'ignores names that nothing answers to',
    promise: 'MO-LOAD-UNMET',
    make: loader(() => ({ load }) => ({ load: load.filter((entry) => typeof entry !== 'string') })),
  },
  {
    flaw: 'breaks circles in silence',
    promise: 'MO-LOAD-CIRCLE',
    make: loader(() => ({ load }) => ({ load: load.filter((entry) => typeof entry !== 'string') })),
  },
  {
    flaw: 'takes the first of two of one name',
    promise: 'MO-LOAD-NAMES',
    make: (options) => {
      const byName = new Map<string, ModuleDefinition>()
      const first = (module: ModuleDefinition): ModuleDefinition => {
        const known = byName.get(module.name)
        if (known !== undefined) return known
        const copy = { ...module, load: [] as (ModuleDefinition | string)[] }
        byName.set(module.name, copy)
        copy.load.push(...module.load.map((entry) => (typeof entry === 'string' ? entry : first(entry))))
        return copy
      }
      return createMicro({ ...options, modules: [...new Set(options.modules?.map(first))] })
    },
  },
  {
    flaw: 'reports the first mistake only',
    promise: 'MO-WIRING-ALL',
    make: (options) => {
      try {
        return createMicro(options)
      } catch (error) {
        if (!isMicroError(error, 'MICRO_WIRING')) throw error
        throw new MicroError('MICRO_WIRING', error.message, {
          details: { problems: (error.details?.problems ?? []).slice(0, 1) },
          cause: error,
        })
      }
    },
  },
  {
    flaw: 'makes modules when it is composed',
    promise: 'MO-CREATE-INERT',
    make: (options) => {
      for (const { create, provides } of options.modules ?? [])
        if (provides === undefined) void create?.({} as ModuleContext)
      return createMicro(options)
    },
  },
  {
    flaw: 'lets create call actions',
    promise: 'MO-CREATE-NO-ACT',
    make: loader(withContext(() => ({ act: (async () => 'called') as ModuleContext['act'] }))),
  },
  {
    flaw: 'starts each module when it is made',
    promise: 'MO-START-ORDER',
    make: loader(() => ({ create, start }) => ({
      create: async (context) => {
        const api = await create?.(context)
        await start?.(api, context)
        return api
      },
      start: undefined,
    })),
  },
  {
    flaw: 'stops only what has started',
    promise: 'MO-STOP-UNSTARTED',
    make: loader(() => ({ start, stop }) => {
      let hasStarted = false
      return {
        start: async (api, context) => {
          hasStarted = true
          await start?.(api, context)
        },
        stop: async (api, context) => {
          if (hasStarted) await stop?.(api, context)
        },
      }
    }),
  },
  {
    flaw: 'leaves what was made when one fails to start',
    promise: 'MO-START-ROLLBACK',
    make: (options) => {
      let hasFailed = false
      const modules = changed(options.modules ?? [], ({ stop }) => ({
        stop: async (api, context) => (hasFailed ? undefined : stop?.(api, context)),
      }))
      const failing = changed(modules, ({ start }) => ({
        start: async (api, context) => {
          try {
            await start?.(api, context)
          } catch (error) {
            hasFailed = true
            throw error
          }
        },
      }))
      return createMicro({ ...options, modules: failing })
    },
  },
  {
    flaw: 'starts its modules again when asked again',
    promise: 'MO-START-AGAIN',
    make: (given) => {
      const { options, made } = tracking(given)
      const micro = createMicro(options)
      let starts = 0
      return facade(micro, {
        start: async () => {
          await micro.start()
          if (starts++ > 0) for (const { definition, api, context } of made()) await definition.start?.(api, context)
        },
      })
    },
  },
  {
    flaw: 'stops its modules again when asked again',
    promise: 'MO-STOP-AGAIN',
    make: (given) => {
      const { options, made } = tracking(given)
      const micro = createMicro(options)
      let stops = 0
      return facade(micro, {
        stop: async () => {
          await micro.stop()
          if (stops++ > 0) for (const { definition, api, context } of made()) await definition.stop?.(api, context)
        },
      })
    },
  },
  {
    flaw: 'stops in the order of the start',
    promise: 'MO-STOP-ORDER',
    make: (given) => {
      const { options, made } = tracking(given)
      const micro = createMicro({ ...options, modules: changed(options.modules ?? [], () => ({ stop: undefined })) })
      return facade(micro, {
        stop: async () => {
          await micro.stop()
          for (const { definition, api, context } of made().splice(0)) await definition.stop?.(api, context)
        },
      })
    },
  },
  {
    flaw: 'gives up stopping when one fails',
    promise: 'MO-STOP-ALL',
    make: loader(() => {
      let hasFailed = false
      return ({ stop }) => ({
        stop: async (api, context) => {
          if (hasFailed) return
          try {
            await stop?.(api, context)
          } catch (error) {
            hasFailed = true
            throw error
          }
        },
      })
    }),
  },
  { flaw: 'tells another version', promise: 'MO-CONTEXT', make: loader(withContext(() => ({ version: '0.0.0' }))) },
  {
    flaw: 'gives each module an instance of its own',
    promise: 'MO-CONTEXT',
    make: loader(withContext(({ runtime }) => ({ instance: runtime.newId() }))),
  },
  { flaw: "leaves a module's sheets out", promise: 'MO-JOIN', make: loader(() => () => ({ sheets: undefined })) },
  { flaw: "leaves a module's actions out", promise: 'MO-JOIN', make: loader(() => () => ({ actions: {} })) },
  {
    flaw: 'calls listeners of a failure twice',
    promise: 'MO-FAIL',
    make: loader(
      withContext((context) => ({
        onFatal: (listener) => {
          context.onFatal(listener)
          context.onFatal(listener)
        },
      })),
    ),
  },
  {
    flaw: 'does not stop at a failure',
    promise: 'MO-FAIL',
    make: loader(withContext(() => ({ fail: () => undefined }))),
  },
]

interface Beat {
  timer: Timer | undefined
}

/** A module that does something again and again until it is stopped: the usual kind. */
export function beating(
  flaws: Partial<
    Record<'leaks' | 'oneStartOnly' | 'sharesApi' | 'stopNeedsStart' | 'timerInCreate' | 'failsAgain', boolean>
  > = {},
  scope: 'shared' | 'exclusive' = 'shared',
): ModuleDefinition {
  const sharedApi: Beat = { timer: undefined }
  let starts = 0
  return defineModule<Beat>({
    name: 'beating',
    scope,
    create: ({ runtime }) => {
      const api = flaws.sharesApi === true ? sharedApi : { timer: undefined as Timer | undefined }
      if (flaws.timerInCreate === true) api.timer = runtime.setTimer(1_000, () => undefined)
      return api
    },
    start: (api, { runtime, log }) => {
      if (starts++ > 0 && flaws.oneStartOnly === true) throw new RangeError('started twice')
      if (starts > 1 && flaws.failsAgain === true) log.error({}, 'something is wrong')
      const beat = (): void => {
        api.timer = runtime.setTimer(1_000, beat)
      }
      beat()
    },
    stop: (api) => {
      if (flaws.leaks === true) return
      if (flaws.stopNeedsStart === true && api.timer === undefined) throw new TypeError('was not started')
      if (flaws.timerInCreate === true && starts === 0) return
      api.timer?.cancel()
    },
  })
}

export const BROKEN_MODULES: readonly {
  readonly flaw: string
  readonly promise: ModulePromise
  readonly create: () => ModuleDefinition
}[] = [
  { flaw: 'leaves its timer', promise: 'MO-STOP-QUIET', create: () => beating({ leaks: true }) },
  { flaw: 'starts only once', promise: 'MO-START-AGAIN', create: () => beating({ oneStartOnly: true }) },
  { flaw: 'logs errors the second time', promise: 'MO-STOP-AGAIN', create: () => beating({ failsAgain: true }) },
  {
    flaw: 'gives every service the same API',
    promise: 'MO-SERVICES-APART',
    create: () => beating({ sharesApi: true }),
  },
  {
    flaw: 'gives every loader the same API though it is exclusive',
    promise: 'MO-EXCLUSIVE-EACH',
    create: () => beating({ sharesApi: true }, 'exclusive'),
  },
  {
    flaw: 'cannot stop when it was not started',
    promise: 'MO-STOP-UNSTARTED',
    create: () => beating({ stopNeedsStart: true }),
  },
  {
    flaw: 'leaves a timer of create when it was not started',
    promise: 'MO-START-ROLLBACK',
    create: () => beating({ timerInCreate: true }),
  },
]
