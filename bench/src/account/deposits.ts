import type { Balance, Deposit } from './payload.ts'

/** Callers at once. */
export const IN_FLIGHT = 64

export type DepositMoney = (deposit: Deposit) => Promise<Balance>

/** Which accounts get how many deposits in one round. */
export interface DepositPlan {
  /** Names the accounts; each is deposited to by one caller only, so that no side meets a conflict. */
  readonly accounts: readonly string[]
  readonly depositsEach: number
}

export function amountOf(turn: number): number {
  return 1 + (turn % 7)
}

/**
 * Deposits to all accounts, `IN_FLIGHT` callers at once. A caller's accounts take turns, as streams in a service do.
 *
 * @returns the sum of the last balances
 */
export async function runDeposits({ accounts, depositsEach }: DepositPlan, deposit: DepositMoney): Promise<number> {
  const sums = await Promise.all(
    Array.from({ length: IN_FLIGHT }, async (_, caller) => {
      const own = accounts.filter((_account, at) => at % IN_FLIGHT === caller)
      let sum = 0
      for (let turn = 0; turn < depositsEach; turn++) {
        for (const account of own) {
          const { balance } = await deposit({ account, amount: amountOf(turn) })
          if (turn === depositsEach - 1) sum += balance
        }
      }
      return sum
    }),
  )
  return sums.reduce((total, sum) => total + sum, 0)
}

/** New accounts in every round: streams begin empty and end with `depositsEach` events. */
export function newAccounts(round: number, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `account-${round}-${at}`)
}
