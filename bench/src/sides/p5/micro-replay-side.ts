import { join } from 'node:path'
import { type EventStoreProvider, memoryEventStore, type Micro } from '@micro/core'
import { taffyProjectionStore } from '@micro/projection-taffy'
import { sqliteEventStore } from '@micro/store-sqlite'
import { openService } from '../../account/open-service.ts'
import { balanceOf } from '../../account/sheets.ts'
import { newFolder } from '../../measure/new-folder.ts'
import type { Side } from '../../measure/row.ts'
import { countOfEvents, fillLog } from './deposit-events.ts'

/** Starts a service on a log that is there, with no rows: it is ready when all events are in its models. */
export async function microReplaySide(log: 'memory' | 'sqlite', scale: number): Promise<Side> {
  const units = countOfEvents(scale)
  const store: EventStoreProvider =
    log === 'memory' ? memoryEventStore() : sqliteEventStore({ file: join(newFolder(), 'bench.db') })
  await fillLog(store, units)
  let micro: Micro | undefined
  let outcome: unknown
  return {
    units,
    prepare: async () => {
      await micro?.stop()
      globalThis.gc?.()
    },
    run: async () => {
      micro = await openService({ store, projections: taffyProjectionStore() })
      outcome = await micro.act(balanceOf, { account: 'account-0' })
    },
    outcome: () => outcome,
    close: async () => micro?.stop(),
  }
}
