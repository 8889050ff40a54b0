import { join } from 'node:path'
import { type ProjectionStoreProvider, type RecordedEvent, systemRuntime } from '@micro/core'
import { taffyProjectionStore } from '@micro/projection-taffy'
import { sqliteEventStore, sqliteStore } from '@micro/store-sqlite'
import { bankService } from '../../../examples/bank/src/bank.ts'
import { silentLogger, silentModule } from './silent-logger.ts'

/** Where a bank that ran in this folder has its log. */
const fileIn = (folder: string): string => join(folder, 'data', 'bank.db')

/** The log of a bank that has ended, checked in full as it is opened. */
export async function readLog(folder: string): Promise<readonly RecordedEvent[]> {
  const host = { runtime: systemRuntime(), logger: silentLogger, service: 'test', instance: 'test' }
  const store = await sqliteEventStore({ file: fileIn(folder), integrityCheck: 'full' }).open(host)
  const events: RecordedEvent[] = []
  for await (const batch of store.readAll()) events.push(...batch)
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
  const { events, projections: inFile } = sqliteStore({ file: fileIn(folder) })
  const projections: ProjectionStoreProvider = place === 'in the file' ? inFile : taffyProjectionStore()
  const modules = [silentModule]
  const see = async (options: Parameters<typeof bankService>[0]): Promise<unknown> => {
    await using bank = await bankService(options)
    await bank.start()
    const rows = accounts.map((account) => bank.act('account', { account }))
    const statements = accounts.map((account) => bank.act('statement', { account, limit: 100 }))
    return await Promise.all([bank.act('bank totals', {}), ...rows, ...statements])
  }
  return { kept: await see({ store: events, projections, modules }), afresh: await see({ store: events, modules }) }
}
