import { type DepositMoney, newAccounts, runDeposits } from '../../account/deposits.ts'
import { counted } from '../../measure/counted.ts'
import type { Side } from '../../measure/row.ts'

/** One way of running the account service. */
export interface Depositor {
  readonly deposit: DepositMoney
  /** Forgets everything; called before a round. */
  readonly renew?: () => void
  readonly close?: () => Promise<void>
}

export interface DepositSideOptions extends Depositor {
  readonly eventsPerStream: number
  readonly scale: number
}

/** Rounds of at least 20,000 commands, each on streams of its own that grow from nothing to `eventsPerStream`. */
export function depositSide({ deposit, renew, close, eventsPerStream, scale }: DepositSideOptions): Side {
  const count = counted(Math.max(64, 20_480 / eventsPerStream), scale, 2)
  const depositsEach = counted(eventsPerStream, scale, 5)
  let round = 0
  let sum = 0
  let accounts: readonly string[] = []
  return {
    units: count * depositsEach,
    prepare: async () => {
      renew?.()
      accounts = newAccounts(round++, count)
    },
    run: async () => {
      sum = await runDeposits({ accounts, depositsEach }, deposit)
    },
    outcome: () => ({ sum }),
    ...(close === undefined ? {} : { close }),
  }
}
