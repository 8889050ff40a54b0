import type { EventDefinitions, ModelDefinition, ModuleDefinition, Schema, Sheets } from '@micro/core'

/** The sheets of a service and of everything that it composes. */
export interface SourceParts {
  readonly name: string
  readonly sheets: Sheets
  readonly modules: readonly ModuleDefinition[]
}

/** Every module that is composed or loaded by definition, each once. */
export function allModules(composed: readonly ModuleDefinition[]): readonly ModuleDefinition[] {
  const found = new Set<ModuleDefinition>()
  const waiting = [...composed]
  for (let module = waiting.shift(); module !== undefined; module = waiting.shift()) {
    if (found.has(module)) continue
    found.add(module)
    for (const entry of module.load) if (typeof entry !== 'string') waiting.push(entry)
  }
  return [...found]
}

export function allSheets({ sheets, modules }: SourceParts): readonly Sheets[] {
  return [sheets, ...allModules(modules).flatMap((module) => module.sheets ?? [])]
}

/** The same parts with other sheets; modules stay loaded by whom they were. */
export function withSheets(parts: SourceParts, change: (sheets: Sheets) => Sheets): SourceParts {
  const changed = new Map<ModuleDefinition, ModuleDefinition>()
  const moduleOf = (module: ModuleDefinition): ModuleDefinition => {
    const known = changed.get(module)
    if (known !== undefined) return known
    // Put in before what it loads is looked at: core tells of circles, this only has to end.
    const copy = {
      ...module,
      sheets: module.sheets && change(module.sheets),
      load: [] as (ModuleDefinition | string)[],
    }
    changed.set(module, copy)
    copy.load.push(...module.load.map((entry) => (typeof entry === 'string' ? entry : moduleOf(entry))))
    return copy
  }
  return { ...parts, sheets: change(parts.sheets), modules: parts.modules.map(moduleOf) }
}

export function allModels(parts: SourceParts): readonly ModelDefinition[] {
  const models = allSheets(parts).flatMap(({ models: listed = [], reducers = [] }) => [
    ...listed,
    ...reducers.flatMap((reducer) => Object.values(reducer.models)),
  ])
  return [...new Set(models)]
}

/** The schema of an event's data, wherever the sheets define it; `undefined` for an event that they do not know. */
export function eventSchema(parts: SourceParts, service: string, type: string): Schema | undefined {
  for (const { events = [], rules = [], reducers = [] } of allSheets(parts)) {
    const definitions: (EventDefinitions | undefined)[] = [
      ...events,
      ...rules.map(({ emits }) => emits),
      ...reducers.map((reducer) => reducer.events),
    ]
    for (const definition of definitions)
      if (
        definition !== undefined &&
        (definition.service ?? parts.name) === service &&
        Object.hasOwn(definition.schemas, type)
      )
        return definition.schemas[type]
  }
  return undefined
}
