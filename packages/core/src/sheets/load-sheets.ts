import { listSheetFiles, type SheetFile } from '../runtime/list-sheet-files.ts'
import { WiringProblems } from '../wiring/wiring-problems.ts'
import { slug } from '../wiring/words.ts'
import type { Contract } from './contract.ts'
import type { RuleDefinition } from './rule.ts'
import type { Sheets } from './sheets.ts'
import type { ViewDefinition } from './view.ts'
import { shown } from '../values/shown.ts'

/** Folder → what its files hold and end with. */
const FOLDERS = {
  contracts: 'contract',
  events: 'events',
  models: 'model',
  rules: 'rule',
  reducers: 'reducer',
  views: 'view',
} as const

type Folder = keyof typeof FOLDERS

/**
 * Finds sheets by folder and file name beside the service: `contracts/ events/ models/ rules/ reducers/ views/`, each file
 * named by its action in kebab-case and its kind: `rules/deposit-money.rule.ts` holds the rule of `deposit money`. Each
 * export of a file that is a sheet counts, default or named.
 *
 * @param base `import.meta.url` of the service
 * @param load the service's own import, so that it works from TypeScript and from `dist`: `(file) => import(file)`
 * @throws MicroError `MICRO_WIRING` naming every file that is not as its folder and name say
 */
export async function loadSheets(base: string, load: (file: string) => Promise<unknown>): Promise<Sheets> {
  if (typeof base !== 'string')
    throw new TypeError(`loadSheets: base is import.meta.url of the service, not ${shown(base)}`)
  if (typeof load !== 'function')
    throw new TypeError(`loadSheets: load is the service's own import, not ${shown(load)}`)
  const problems = new WiringProblems()
  const sheets: Record<Folder, object[]> = { contracts: [], events: [], models: [], rules: [], reducers: [], views: [] }
  for (const folder of Object.keys(FOLDERS) as Folder[])
    for (const file of await listSheetFiles(base, folder)) {
      const found = sheetsIn(await load(file.url), FOLDERS[folder])
      checkFile(file, folder, found, problems)
      sheets[folder].push(...found)
    }
  problems.throwIfAny('Sheets cannot be loaded')
  // Each list holds only what `sheetsIn` let pass for its folder.
  return sheets as Sheets
}

function sheetsIn(module: unknown, sheet: string): object[] {
  const values = typeof module === 'object' && module !== null ? Object.values(module) : []
  const found = values.filter(
    (value): value is object =>
      typeof value === 'object' && value !== null && 'sheet' in value && value.sheet === sheet,
  )
  return [...new Set(found)]
}

function checkFile({ name, url }: SheetFile, folder: Folder, found: readonly object[], problems: WiringProblems): void {
  const kind = FOLDERS[folder]
  const place = `${folder}/${url.slice(url.lastIndexOf('/') + 1)}`
  if (!name.endsWith(`.${kind}`))
    problems.add(
      `${place} is in ${folder}/ but its name does not end in .${kind}`,
      `Rename it to <name>.${kind}, or move it elsewhere.`,
    )
  if (found.length === 0) problems.add(`${place} exports no ${kind}`, `Export what ${DEFINED_BY[kind]} gives.`)
  if (kind !== 'rule' && kind !== 'view') return
  for (const { contract } of found as readonly (RuleDefinition | ViewDefinition)[])
    checkName(contract, name, kind, place, problems)
}

function checkName(contract: Contract, name: string, kind: string, place: string, problems: WiringProblems): void {
  const expected = `${slug(contract.name)}.${kind}`
  if (name !== expected)
    problems.add(`${place} holds the ${kind} of "${contract.name}"`, `Name the file ${expected}, as the action.`)
}

const DEFINED_BY = {
  contract: 'defineCommand, defineViewContract or defineAction',
  events: 'defineEvents',
  model: 'defineModel',
  rule: 'defineRule',
  reducer: 'defineReducer',
  view: 'defineView',
} as const
