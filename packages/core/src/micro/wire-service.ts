import { memoryEventStore } from '../memory/memory-event-store.ts'
import { memoryProjectionStore } from '../memory/memory-projection-store.ts'
import { memoryTransport } from '../memory/memory-transport.ts'
import { buildModuleGraph, type ModuleGraph } from '../modules/module-graph.ts'
import type { EventStoreProvider } from '../ports/event-store.ts'
import type { ModuleDefinition } from '../ports/module.ts'
import type { ProjectionStoreProvider } from '../ports/projection-store.ts'
import type { Runtime } from '../ports/runtime.ts'
import type { TransportProvider } from '../ports/transport.ts'
import { systemRuntime } from '../runtime/system-runtime.ts'
import type { Endpoint } from '../wiring/endpoint.ts'
import { planEndpoints } from '../wiring/plan-endpoints.ts'
import { type PlannedProjections, planProjections } from '../wiring/plan-projections.ts'
import { SchemaBook } from '../wiring/schema-book.ts'
import type { SourceSheets } from '../wiring/source-sheets.ts'
import { WiringProblems } from '../wiring/wiring-problems.ts'
import { isWords } from '../wiring/words.ts'
import { DEFAULTS, type MicroOptions } from './options.ts'
import { readKeys, type ReadKeys } from '../wire/keys.ts'
import { findMisshapen } from '../wiring/find-misshapen.ts'
import { checkObject, shown } from '../values/shown.ts'

/** A service as it will be started: everything checked, nothing opened. */
export interface WiredService {
  readonly name: string
  readonly settings: typeof DEFAULTS
  readonly runtime: Runtime
  readonly keys: ReadKeys | undefined
  readonly transport: TransportProvider
  readonly store: EventStoreProvider
  readonly projectionStore: ProjectionStoreProvider
  readonly modules: readonly ModuleDefinition[]
  readonly graph: ModuleGraph
  readonly endpoints: Map<string, Endpoint>
  readonly projections: PlannedProjections
  /** Rules left out because the store cannot serve them. */
  readonly omitted: readonly string[]
}

const OPTION_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(DEFAULTS),
  'name',
  'transport',
  'store',
  'projections',
  'modules',
  'sheets',
  'keys',
  'runtime',
])

/** @throws MicroError `MICRO_WIRING` naming every mistake with its remedy */
export function wireService(options: MicroOptions): WiredService {
  checkObject(options, 'createMicro: options')
  const problems = new WiringProblems()
  const settings = readSettings(options, problems)
  const keys = readKeys(options.keys, problems)
  const { name, modules = [] } = options
  const whole = `The service ${shown(name)} cannot be made`
  const misshapen = findMisshapen(options)
  for (const { message, remedy } of misshapen) problems.add(message, remedy)
  if (misshapen.length > 0) problems.throwIfAny(whole)
  const store = options.store ?? memoryEventStore()
  const graph = buildModuleGraph(modules, problems)
  const sources = gatherSheets(name, options, graph.ordered, problems)
  const schemas = new SchemaBook(problems)
  const projections = planProjections(name, sources, schemas, problems)
  const omitted: string[] = []
  const endpoints = planEndpoints({
    service: name,
    sources,
    homes: projections.homes,
    capabilities: store.capabilities,
    storeKind: store.kind,
    hasIdentities: graph.ordered.some(({ provides }) => provides === 'identity'),
    schemas,
    problems,
    onOmitted: (rule) => omitted.push(rule),
  })
  problems.throwIfAny(whole)
  return {
    name,
    settings,
    keys,
    runtime: options.runtime ?? systemRuntime(),
    transport: options.transport ?? memoryTransport(),
    store,
    projectionStore: options.projections ?? memoryProjectionStore(),
    modules,
    graph,
    endpoints,
    projections,
    omitted,
  }
}

function readSettings(options: MicroOptions, problems: WiringProblems): typeof DEFAULTS {
  if (!isWords(options.name))
    problems.add(
      `The service is named ${shown(options.name)}`,
      "Name it in plain lower-case words: createMicro({ name: 'bank' }).",
    )
  for (const option of Object.keys(options))
    if (!OPTION_NAMES.has(option))
      problems.add(`There is no option "${option}"`, `The options are: ${[...OPTION_NAMES].join(', ')}.`)
  const given = Object.fromEntries(
    Object.entries(options).filter(([option, value]) => option in DEFAULTS && value !== undefined),
  )
  const settings = { ...DEFAULTS, ...given }
  for (const [option, value] of Object.entries(settings))
    if (typeof value === 'number' ? !(value > 0) : typeof value !== typeof DEFAULTS[option as keyof typeof DEFAULTS])
      problems.add(
        `The option ${option} is ${shown(value)}`,
        `Give a ${typeof DEFAULTS[option as keyof typeof DEFAULTS]}, greater than 0 if it is a number.`,
      )
  if (!['warn', 'refuse'].includes(settings.contradictions))
    problems.add(`The option contradictions is ${shown(settings.contradictions)}`, "Use 'warn' or 'refuse'.")
  if (!isWords(settings.namespace.replaceAll('-', ' ')))
    problems.add(`The namespace is ${shown(settings.namespace)}`, 'Use lower-case words joined by "-".')
  return settings
}

function gatherSheets(
  name: string,
  { sheets = {} }: MicroOptions,
  modules: readonly ModuleDefinition[],
  problems: WiringProblems,
): readonly SourceSheets[] {
  const own: SourceSheets = { source: name, module: undefined, sheets, actions: new Map() }
  const fromModules = modules.map((module): SourceSheets => {
    const actions = new Map(Object.entries(module.actions))
    if (module.scope === 'exclusive' && (module.sheets !== undefined || actions.size > 0))
      problems.add(
        `The exclusive module "${module.name}" has sheets or actions, which a service has once`,
        'Make it shared, or move them to a shared module that it loads.',
      )
    if (module.name === name && module.sheets !== undefined)
      problems.add(
        `The module "${module.name}" is named as the service`,
        'Rename the module: its models would share the name.',
      )
    return { source: module.name, module: module.name, sheets: module.sheets ?? {}, actions }
  })
  return [own, ...fromModules]
}
