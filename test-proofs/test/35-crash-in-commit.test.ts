import { join } from 'node:path'
import { createMicro, isMicroError, type Micro } from '@micro/core'
import { sqliteStore } from '@micro/store-sqlite'
import { scaled } from '@micro/testkit'
import { expect, it } from 'vitest'
import { loadSqlite } from '../../packages/store-sqlite/src/load-sqlite.ts'
import { seededRandom } from '../../test-e2e/test/support/random.ts'
import { silentModule } from '../../test-e2e/test/support/silent-logger.ts'
import { tempFolder } from '../../test-e2e/test/support/temp-folder.ts'
import { serviceOptions } from './support/bank.ts'
import { replay, rowsOf } from './support/histories.ts'
import { readLog } from './support/read-log.ts'

const CRASHES = scaled(200, 20)

async function startBank(file: string): Promise<Micro> {
  const { events, projections } = sqliteStore({ file })
  const options = { ...serviceOptions({}), store: events, projections }
  const bank = createMicro({ name: 'bank', ...options, modules: [silentModule] })
  await bank.start()
  return bank
}

it(
  `[35] ${CRASHES} crashes between the writing of rows and of their checkpoint: every counter is exact`,
  { timeout: scaled(300_000, 60_000) },
  async () => {
    const random = seededRandom('crash in a commit')
    const { DatabaseSync } = await loadSqlite()
    using folder = tempFolder()
    const file = join(folder.path, 'bank.db')
    let bank = await startBank(file)
    await bank.act('open account', { account: 'a', owner: 'ann' })
    const saboteur = new DatabaseSync(file, { timeout: 1_000 })
    let interrupted = 0
    for (let crash = 0; crash < CRASHES; crash++) {
      for (let before = random.below(3); before > 0; before--)
        await bank.act('deposit money', { account: 'a', amount: 1 })
      // Rows are written first: from here on every commit of models fails after them, before its checkpoint.
      saboteur.exec(`CREATE TRIGGER crash BEFORE UPDATE ON generations BEGIN SELECT RAISE(ABORT, 'crash'); END`)
      const failed = await bank.act('deposit money', { account: 'a', amount: 1 }, { timeoutMs: 100 }).catch(asError)
      await bank.stop()
      saboteur.exec('DROP TRIGGER crash')
      if (isMicroError(failed) && failed.outcome === 'done') interrupted++
      bank = await startBank(file)
      const deposited = await countDeposits(file)
      expect(await bank.act('account', { account: 'a' })).toMatchObject({ balance: deposited })
      expect(await bank.act('bank totals', {})).toEqual({ accounts: 1, balance: deposited })
    }
    await bank.stop()
    saboteur.close()
    // A machine may be too busy to append within the time: then there was no commit to interrupt.
    expect(interrupted).toBeGreaterThan(CRASHES / 2)
    const { events, projections } = sqliteStore({ file })
    expect(await rowsOf({ store: events, projections })).toEqual(await replay(await readLog(events)))
  },
)

async function countDeposits(file: string): Promise<number> {
  const log = await readLog(sqliteStore({ file }).events)
  return log.filter(({ type }) => type === 'money deposited').length
}

const asError = (error: unknown): unknown => error
