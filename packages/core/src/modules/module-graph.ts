import type { ModuleDefinition } from '../ports/module.ts'
import { isWords } from '../wiring/words.ts'
import type { WiringProblems } from '../wiring/wiring-problems.ts'
import { shown } from '../values/shown.ts'

/** Modules of a service with everything they load, each after what it loads. */
export interface ModuleGraph {
  readonly ordered: readonly ModuleDefinition[]
  /** The definition that a module's `load` entry means. */
  resolve(entry: ModuleDefinition | string): ModuleDefinition
}

/** Works out who loads whom; what is unmet, ambiguous or circular is a wiring problem. */
export function buildModuleGraph(composed: readonly ModuleDefinition[], problems: WiringProblems): ModuleGraph {
  const byName = collect(composed, problems)
  const ordered: ModuleDefinition[] = []
  const path: string[] = []
  const visit = (module: ModuleDefinition): void => {
    if (ordered.includes(module)) return
    if (path.includes(module.name)) {
      const circle = [...path.slice(path.indexOf(module.name)), module.name].join(' → ')
      problems.add(
        `Modules load each other in a circle: ${circle}`,
        'Move what they share into a module that both load.',
      )
      return
    }
    path.push(module.name)
    for (const entry of module.load) {
      const loaded = find(entry, byName)
      if (loaded !== undefined) visit(loaded)
      else
        problems.add(
          `Module "${module.name}" loads "${nameOf(entry)}", which is not composed`,
          `Add it to modules: [...], or load its definition instead of its name.`,
        )
    }
    path.pop()
    if (!ordered.includes(module)) ordered.push(module)
  }
  for (const module of composed) visit(module)
  return {
    ordered,
    resolve(entry) {
      const module = find(entry, byName)
      if (module === undefined) throw new TypeError(`There is no module "${nameOf(entry)}"`)
      return module
    },
  }
}

/** Every module that is composed or reached through `load`, by name. */
function collect(
  composed: readonly ModuleDefinition[],
  problems: WiringProblems,
): ReadonlyMap<string, ModuleDefinition> {
  const byName = new Map<string, ModuleDefinition>()
  const waiting = [...composed]
  for (let module = waiting.shift(); module !== undefined; module = waiting.shift()) {
    const known = byName.get(module.name)
    if (known === module) continue
    if (known !== undefined) {
      problems.add(
        `Two modules are named "${module.name}"`,
        'Rename one, or compose it once and load it by the same definition.',
      )
      continue
    }
    byName.set(module.name, module)
    if (!isWords(module.name))
      problems.add(`Module name ${shown(module.name)}`, 'Name modules in plain lower-case words.')
    for (const entry of module.load) if (typeof entry !== 'string') waiting.push(entry)
  }
  return byName
}

const find = (
  entry: ModuleDefinition | string,
  byName: ReadonlyMap<string, ModuleDefinition>,
): ModuleDefinition | undefined => byName.get(nameOf(entry))

const nameOf = (entry: ModuleDefinition | string): string => (typeof entry === 'string' ? entry : entry.name)
