import { join } from 'node:path'
import type { EventStore, ProjectionStoreProvider, RecordedEvent } from '@micro/core'
import { taffyProjectionStore } from '@micro/projection-taffy'
import { sqliteEventStore, sqliteStore } from '@micro/store-sqlite'
import { bankService } from '../../../examples/bank/src/bank.ts'
import type { BankProgram } from './bank-program.ts'
import { eventsIn, openStore } from './open-store.ts'
import { silentModule } from './silent-logger.ts'

/** Where a bank that ran in this folder has its log. */
const fileIn = (folder: string): string => join(folder, 'data', 'bank.db')

/** The log of a bank in this folder, made when it is missing, and checked in full. */
export function openLog(folder: string): Promise<EventStore> {
  return openStore(sqliteEventStore({ file: fileIn(folder), integrityCheck: 'full' }))
}

/** The log of a bank that has ended. */
export async function readLog(folder: string): Promise<readonly RecordedEvent[]> {
  const store = await openLog(folder)
  const events = await eventsIn(store)
  await store.close()
  return events
}

/** Where a bank has its models. */
export type ModelsPlace = 'in memory' | 'in the file'

/**
 * What views say of accounts, once from the models that the bank has kept, or keeps, once from models made afresh of its
 * log in core's own store. The two are the same or something is wrong.
 */
export async function compareModels(
  folder: string,
  accounts: readonly string[],
  place: ModelsPlace,
): Promise<{ kept: unknown; afresh: unknown }> {
  const { events: store, projections: inFile } = sqliteStore({ file: fileIn(folder) })
  const projections: ProjectionStoreProvider = place === 'in the file' ? inFile : taffyProjectionStore()
  return {
    kept: await viewsOn({ store, projections }, accounts),
    afresh: await viewsAfresh(folder, accounts),
  }
}

/** What views say of accounts once core's own store has been given the whole log of this folder. */
export function viewsAfresh(folder: string, accounts: readonly string[]): Promise<unknown> {
  return viewsOn({ store: sqliteEventStore({ file: fileIn(folder) }) }, accounts)
}

async function viewsOn(options: Parameters<typeof bankService>[0], accounts: readonly string[]): Promise<unknown> {
  await using bank = await bankService({ ...options, modules: [silentModule] })
  await bank.start()
  return await viewsOf((view, query) => bank.act(view, query), accounts)
}

/** The same views asked of a bank that runs elsewhere. */
export function viewsOfProgram({ client }: BankProgram, accounts: readonly string[]): Promise<unknown> {
  return viewsOf(async (view, query) => (await client.view(view.replaceAll(' ', '-'), query)).body, accounts)
}

type Ask = (view: string, query: Readonly<Record<string, string | number>>) => Promise<unknown>

function viewsOf(ask: Ask, accounts: readonly string[]): Promise<unknown> {
  const rows = accounts.map((account) => ask('account', { account }))
  const statements = accounts.map((account) => ask('statement', { account, limit: 100 }))
  return Promise.all([ask('bank totals', {}), ...rows, ...statements])
}
