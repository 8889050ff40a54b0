import { join } from 'node:path'
import { sqliteStore } from '@micro/store-sqlite'
import { openService } from '../../account/open-service.ts'
import { depositMoney } from '../../account/sheets.ts'
import { newFolder } from '../../measure/new-folder.ts'
import type { Depositor } from '../p3/deposit-side.ts'

/** @param models where they are: in memory, or in the log's own file */
export async function microSqliteDepositor(models: 'memory' | 'sqlite'): Promise<Depositor> {
  const sqlite = sqliteStore({ file: join(newFolder(), 'bench.db') })
  const micro = await openService({
    store: sqlite.events,
    ...(models === 'sqlite' ? { projections: sqlite.projections } : {}),
  })
  return { deposit: (payload) => micro.act(depositMoney, payload), close: () => micro.stop() }
}
