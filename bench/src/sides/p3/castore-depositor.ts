import { type Aggregate, Command, EventStore, EventType, type EventDetail, tuple } from '@castore/core'
import { InMemoryEventStorageAdapter } from '@castore/event-storage-adapter-in-memory'
import { type Balance, type Deposit, MOST_BALANCE } from '../../account/payload.ts'
import type { Depositor } from './deposit-side.ts'

interface Account extends Aggregate {
  readonly balance: number
}

/** As castore's documents write it: the aggregate is built from its events for each command. */
export function castoreDepositor(): Depositor {
  const deposited = new EventType<'MONEY_DEPOSITED', Deposit>({ type: 'MONEY_DEPOSITED' })
  const store = new EventStore({
    eventStoreId: 'ACCOUNTS',
    eventTypes: [deposited],
    reducer: (account: Account, event: EventDetail<'MONEY_DEPOSITED', Deposit>): Account => ({
      aggregateId: event.aggregateId,
      version: event.version,
      balance: ((account as Account | undefined)?.balance ?? 0) + event.payload.amount,
    }),
    eventStorageAdapter: new InMemoryEventStorageAdapter(),
  })
  const command = new Command({
    commandId: 'DEPOSIT_MONEY',
    requiredEventStores: tuple(store),
    handler: async (payload: Deposit, [accounts]: [typeof store]): Promise<Balance> => {
      const { aggregate } = await accounts.getAggregate(payload.account)
      const before = aggregate?.balance ?? 0
      if (before + payload.amount > MOST_BALANCE) throw new Error('That is too much.')
      const { nextAggregate } = await accounts.pushEvent(
        { aggregateId: payload.account, version: (aggregate?.version ?? 0) + 1, type: 'MONEY_DEPOSITED', payload },
        aggregate === undefined ? {} : { prevAggregate: aggregate },
      )
      return { account: payload.account, balance: nextAggregate?.balance ?? before + payload.amount }
    },
  })
  return { deposit: (payload) => command.handler(payload, [store]) }
}
