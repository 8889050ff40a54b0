import { isDeepStrictEqual } from 'node:util'
import { type EventStoreProvider, memoryProjectionStore, type ModuleDefinition, type Row } from '@micro/core'
import { type FilledTable, followProjections } from '../micro/followed-projections.ts'
import { startMicro } from '../micro/start-micro.ts'
import type { Findings } from './findings.ts'
import { allModules, type SourceParts } from './source-parts.ts'

export interface CheckReplaysOptions {
  readonly parts: SourceParts
  /** Holds the log of the scenario. */
  readonly store: EventStoreProvider
  /** What the models held at its end. */
  readonly live: readonly FilledTable[]
  readonly seed: number
  readonly findings: Findings
}

/** Rows are a function of the log: replayed twice into empty models, the same log gives the rows that it gave before. */
export async function checkReplays({ parts, store, live, seed, findings }: CheckReplaysOptions): Promise<void> {
  for (let replay = 1; replay <= 2; replay++) {
    letClockMove()
    const tables = await replayedTables(parts, store, seed)
    for (const { projection, model, rows } of live) {
      const again = tables.find((table) => table.projection === projection && table.model === model)?.rows ?? []
      if (isDeepStrictEqual(again, rows)) continue
      findings.add(
        `Model "${model}" is another one when its log is replayed: ${difference(rows, again)}. ` +
          'A reducer must be pure: no clock, no chance, no I/O, no memory of its own; what it needs is in the event and in the rows.',
      )
    }
  }
}

async function replayedTables(
  { name, sheets: { models = [], reducers = [] }, modules }: SourceParts,
  store: EventStoreProvider,
  seed: number,
): Promise<readonly FilledTable[]> {
  const followed = followProjections(memoryProjectionStore())
  const options = { name, sheets: { models, reducers }, modules: allModules(modules).map(modelsOnly), store, seed }
  await using micro = await startMicro({ ...options, projections: followed.provider })
  await micro.settled()
  // Awaited here: the store is closed with the service.
  return await followed.tables()
}

/** What a module adds to the models, without anything that it does. */
function modelsOnly(module: ModuleDefinition): ModuleDefinition {
  const { name, sheets: { models = [], reducers = [] } = {} } = module
  const nothing = { load: [], actions: {}, provides: undefined, create: undefined, start: undefined, stop: undefined }
  return { name, scope: 'shared', sheets: { models, reducers }, ...nothing }
}

/** Within one millisecond a reducer that reads the real clock would give the same rows. */
function letClockMove(): void {
  const before = Date.now()
  while (Date.now() === before);
}

function difference(before: readonly Row[], after: readonly Row[]): string {
  for (let place = 0; place < Math.max(before.length, after.length); place++)
    if (!isDeepStrictEqual(before[place], after[place]))
      return `${JSON.stringify(before[place]) ?? 'no row'} was ${JSON.stringify(after[place]) ?? 'no row'} then`
  return 'rows in another order'
}
