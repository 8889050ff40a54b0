import type { WiringProblem } from '../errors/details.ts'
import type { MicroOptions } from '../micro/options.ts'
import { shown } from '../values/shown.ts'

/** Lists of sheets, what stands in them, and what makes it. */
const LISTS = {
  contracts: { sheet: 'contract', maker: 'defineCommand, defineViewContract or defineAction' },
  events: { sheet: 'events', maker: 'defineEvents' },
  models: { sheet: 'model', maker: 'defineModel' },
  rules: { sheet: 'rule', maker: 'defineRule' },
  reducers: { sheet: 'reducer', maker: 'defineReducer' },
  views: { sheet: 'view', maker: 'defineView' },
} as const

const PORTS = ['transport', 'store', 'projections'] as const

/** Options that are not of their type at all: nothing can be planned on these, so nothing else is looked at. */
export function findMisshapen(options: MicroOptions): readonly WiringProblem[] {
  const { modules, sheets } = options as { readonly modules?: unknown; readonly sheets?: unknown }
  return [
    ...PORTS.flatMap((port) => misshapenProvider(port, options[port])),
    ...misshapenSheets('The option sheets', sheets),
    ...misshapenModules(modules),
  ]
}

function misshapenProvider(port: (typeof PORTS)[number], provider: unknown): readonly WiringProblem[] {
  if (provider === undefined) return []
  if (isObject(provider) && typeof provider['open'] === 'function' && isObject(provider['capabilities'])) return []
  return problem(
    `The option ${port} is ${shown(provider)} and no provider`,
    'Give what the function of an adapter made.',
  )
}

function misshapenModules(modules: unknown): readonly WiringProblem[] {
  if (modules === undefined) return []
  if (!Array.isArray(modules)) return problem(`The option modules is ${shown(modules)}`, 'Give an array of modules.')
  return modules.flatMap((module: unknown, index) =>
    isObject(module) && typeof module['name'] === 'string' && Array.isArray(module['load'])
      ? misshapenSheets(`The option sheets of module "${module['name']}"`, module['sheets'])
      : problem(`The option modules has ${shown(module)} at ${index}`, 'Make modules with defineModule.'),
  )
}

function misshapenSheets(what: string, sheets: unknown): readonly WiringProblem[] {
  if (sheets === undefined) return []
  if (!isObject(sheets)) return problem(`${what} is ${shown(sheets)}`, 'Give an object, or what loadSheets found.')
  return Object.entries(sheets).flatMap(([list, found]) => {
    if (!Object.hasOwn(LISTS, list))
      return problem(`${what} has a list "${list}"`, `The lists are: ${Object.keys(LISTS).join(', ')}.`)
    if (found === undefined) return []
    if (!Array.isArray(found)) return problem(`${what} has ${shown(found)} as its ${list}`, 'Give an array.')
    const { sheet, maker } = LISTS[list as keyof typeof LISTS]
    if (found.every((each: unknown) => isObject(each) && each['sheet'] === sheet)) return []
    return problem(`${what} has something else among its ${list}`, `Make them with ${maker}.`)
  })
}

function problem(message: string, remedy: string): readonly WiringProblem[] {
  return [{ message, remedy }]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
