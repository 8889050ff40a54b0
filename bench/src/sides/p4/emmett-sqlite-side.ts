import { join } from 'node:path'
import { CommandHandler, type Event } from '@event-driven-io/emmett'
import { getSQLiteEventStore, sqliteConnection, SQLiteConnectionPool } from '@event-driven-io/emmett-sqlite'
import { amountOf, newAccounts } from '../../account/deposits.ts'
import { type Deposit, MOST_BALANCE } from '../../account/payload.ts'
import { counted } from '../../measure/counted.ts'
import { newFolder } from '../../measure/new-folder.ts'
import type { Side } from '../../measure/row.ts'

type MoneyDeposited = Event<'MoneyDeposited', Deposit>
type Account = { readonly balance: number }

const DEPOSITS_EACH = 10

/** One caller and one kept connection, its fastest way: several commands at once meet in one transaction and fail. */
export async function emmettSqliteSide(scale: number): Promise<Side> {
  const fileName = join(newFolder(), 'emmett.db')
  const connection = sqliteConnection({ fileName })
  await connection.command('PRAGMA synchronous = FULL')
  const pool = SQLiteConnectionPool({ fileName, connectionOptions: { singleton: true, connection } })
  const store = getSQLiteEventStore({ fileName, pool, schema: { autoMigration: 'CreateOrUpdate' } })
  const handle = CommandHandler<Account, MoneyDeposited>({
    evolve: (account, { data }) => ({ balance: account.balance + data.amount }),
    initialState: () => ({ balance: 0 }),
  })
  const count = counted(20, scale, 1)
  let round = 0
  let sum = 0
  return {
    units: count * DEPOSITS_EACH,
    run: async () => {
      sum = 0
      for (const account of newAccounts(round++, count)) {
        for (let turn = 0; turn < DEPOSITS_EACH; turn++) {
          const data = { account, amount: amountOf(turn) }
          const { newState } = await handle(store, account, ({ balance }) => {
            if (balance + data.amount > MOST_BALANCE) throw new Error('That is too much.')
            return { type: 'MoneyDeposited', data }
          })
          if (turn === DEPOSITS_EACH - 1) sum += newState.balance
        }
      }
    },
    outcome: () => ({ sum }),
    close: () => pool.close(),
  }
}
