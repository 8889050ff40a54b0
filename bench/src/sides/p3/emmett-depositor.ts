import {
  CommandHandler,
  type Event,
  getInMemoryDatabase,
  getInMemoryEventStore,
  inlineProjections,
  inMemorySingleStreamProjection,
} from '@event-driven-io/emmett'
import { type Balance, type Deposit, MOST_BALANCE } from '../../account/payload.ts'
import type { Depositor } from './deposit-side.ts'

type MoneyDeposited = Event<'MoneyDeposited', Deposit>
// Not an interface: emmett's documents are records.
type Account = { readonly balance: number }

/** As emmett's documents write it: a command handler on its in-memory store, with an inline projection that is read. */
export function emmettDepositor(): Depositor {
  const evolve = (account: Account, { data }: { readonly data: Deposit }): Account => ({
    ...account,
    balance: account.balance + data.amount,
  })
  const initialState = (): Account => ({ balance: 0 })
  const projection = inMemorySingleStreamProjection<Account, MoneyDeposited>({
    canHandle: ['MoneyDeposited'],
    collectionName: 'accounts',
    evolve,
    initialState,
  })
  const open = () =>
    getInMemoryEventStore({ database: getInMemoryDatabase(), projections: inlineProjections([projection]) })
  let store = open()
  const handle = CommandHandler<Account, MoneyDeposited>({ evolve, initialState })
  return {
    // Its in-memory documents are found by looking through all of them: it is not to pay for those of other rounds.
    renew: () => {
      store = open()
    },
    deposit: async (data): Promise<Balance> => {
      const { newState } = await handle(store, data.account, ({ balance }) => {
        if (balance + data.amount > MOST_BALANCE) throw new Error('That is too much.')
        return { type: 'MoneyDeposited', data }
      })
      return { account: data.account, balance: newState.balance }
    },
  }
}
