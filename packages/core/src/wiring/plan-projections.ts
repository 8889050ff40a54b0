import { textHash } from '../ids/text-hash.ts'
import { projectionVersion } from '../projections/projection-version.ts'
import type { PlannedHandler, ProjectionPlan } from '../projections/projection-plan.ts'
import type { ModelTable } from '../ports/projection-store.ts'
import type { ModelDefinition } from '../sheets/model.ts'
import type { ReducerDefinition } from '../sheets/reducer.ts'
import type { JsonObject } from '../values/json.ts'
import type { SchemaBook } from './schema-book.ts'
import type { SourceSheets } from './source-sheets.ts'
import type { WiringProblems } from './wiring-problems.ts'
import { isWords } from './words.ts'
import { shown } from '../values/shown.ts'

/** The projections of a service, and which one each model's rows are in. */
export interface PlannedProjections {
  readonly plans: readonly ProjectionPlan[]
  /** Model → the source (module or service) whose projection holds it. */
  readonly homes: ReadonlyMap<ModelDefinition, string>
}

/** One projection for each source that has models: those it lists and those its reducers change. */
export function planProjections(
  service: string,
  sources: readonly SourceSheets[],
  schemas: SchemaBook,
  problems: WiringProblems,
): PlannedProjections {
  const homes = new Map<ModelDefinition, string>()
  const plans: ProjectionPlan[] = []
  for (const { source, sheets } of sources) {
    const reducers = sheets.reducers ?? []
    const models = new Set([...(sheets.models ?? []), ...reducers.flatMap((reducer) => Object.values(reducer.models))])
    if (models.size === 0) continue
    for (const model of models) settleIn(model, source, homes, problems)
    const tables = checkModels(source, [...models], schemas, problems)
    checkWritten(source, [...models], reducers, problems)
    plans.push({
      service,
      module: source,
      version: projectionVersion({
        models: tables,
        reducers: reducers.map((reducer) => versionPart(reducer, service)),
      }),
      sourceHash: textHash(
        reducers.flatMap(({ on }) => Object.entries(on).map(([type, code]) => `${type}:${String(code)}`)).join('\n'),
      ),
      models: tables.map(({ model, key, indexes }) => ({ model, key, indexes })),
      handlers: planHandlers(service, reducers, problems),
    })
  }
  return { plans, homes }
}

function settleIn(
  model: ModelDefinition,
  source: string,
  homes: Map<ModelDefinition, string>,
  problems: WiringProblems,
): void {
  const other = homes.get(model)
  if (other !== undefined)
    problems.add(
      `Model "${model.name}" is filled by "${other}" and by "${source}"`,
      'Let the reducers of one module change a model; others may read it.',
    )
  homes.set(model, source)
}

function checkModels(
  source: string,
  models: readonly ModelDefinition[],
  schemas: SchemaBook,
  problems: WiringProblems,
): readonly (ModelTable & { readonly schema: JsonObject })[] {
  const names = new Set<string>()
  return models.flatMap((definition) => {
    const { name: model, key, indexes, schema } = definition
    if (!isWords(model))
      problems.add(`Model name ${shown(model)} in "${source}"`, 'Name models in plain lower-case words.')
    if (names.has(model)) problems.add(`Two models of "${source}" are named "${model}"`, 'Rename one of them.')
    names.add(model)
    const json = schemas.compile(schema, `the rows of model "${model}"`)?.json
    if (json === undefined) return []
    checkProperties(model, [key, ...indexes], json, problems)
    return [{ model, key, indexes, schema: json }]
  })
}

function checkProperties(
  model: string,
  names: readonly string[],
  { properties }: JsonObject,
  problems: WiringProblems,
): void {
  if (typeof properties !== 'object' || properties === null) return
  for (const name of names)
    if (!Object.hasOwn(properties, name))
      problems.add(
        `Model "${model}" has its key or an index on "${name}", which its schema does not have`,
        'Name a property of the schema.',
      )
}

function checkWritten(
  source: string,
  models: readonly ModelDefinition[],
  reducers: readonly ReducerDefinition[],
  problems: WiringProblems,
): void {
  const written = new Set(reducers.flatMap((reducer) => Object.values(reducer.models)))
  for (const model of models)
    if (!written.has(model))
      problems.add(
        `Nothing ever writes model "${model.name}" of "${source}"`,
        `Add a reducer with models: { ${camel(model.name)} }, or remove the model.`,
      )
}

const camel = (words: string): string => words.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase())

function versionPart(
  reducer: ReducerDefinition,
  service: string,
): { service: string; types: string[]; version: number } {
  return { service: reducer.events.service ?? service, types: Object.keys(reducer.on), version: reducer.version }
}

function planHandlers(
  service: string,
  reducers: readonly ReducerDefinition[],
  problems: WiringProblems,
): ReadonlyMap<string, ReadonlyMap<string, readonly PlannedHandler[]>> {
  const handlers = new Map<string, Map<string, PlannedHandler[]>>()
  const taken = new Map<string, Set<ModelDefinition>>()
  for (const reducer of reducers) {
    const from = reducer.events.service ?? service
    const models = new Map(Object.entries(reducer.models).map(([local, { name }]) => [local, name]))
    for (const [type, handle] of Object.entries(reducer.on)) {
      if (!Object.hasOwn(reducer.events.schemas, type))
        problems.add(
          `A reducer handles "${type}", which its events do not have`,
          'Correct the event type, or add it with defineEvents.',
        )
      checkSoleReducer(type, from, reducer, taken, problems)
      const ofService = handlers.get(from) ?? new Map<string, PlannedHandler[]>()
      handlers.set(from, ofService)
      ofService.set(type, [...(ofService.get(type) ?? []), { handle, models }])
    }
  }
  return handlers
}

function checkSoleReducer(
  type: string,
  service: string,
  { models }: ReducerDefinition,
  taken: Map<string, Set<ModelDefinition>>,
  problems: WiringProblems,
): void {
  const key = `${service}/${type}`
  const others = taken.get(key) ?? new Set()
  taken.set(key, others)
  for (const model of Object.values(models)) {
    if (others.has(model))
      problems.add(
        `Two reducers handle "${type}" for model "${model.name}"`,
        'Join them: their order would decide about the rows.',
      )
    others.add(model)
  }
}
