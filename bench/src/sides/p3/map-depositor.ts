import { MOST_BALANCE } from '../../account/payload.ts'
import type { Depositor } from './deposit-side.ts'

/** The bare work: a log in an array, and each account's state in a Map at its version. */
export function mapDepositor(): Depositor {
  const log: { readonly stream: string; readonly revision: number; readonly data: unknown }[] = []
  const states = new Map<string, { readonly revision: number; readonly balance: number }>()
  return {
    deposit: async (data) => {
      const state = states.get(data.account) ?? { revision: -1, balance: 0 }
      const balance = state.balance + data.amount
      if (balance > MOST_BALANCE) throw new Error('That is too much.')
      const revision = state.revision + 1
      log.push({ stream: data.account, revision, data })
      states.set(data.account, { revision, balance })
      return { account: data.account, balance }
    },
  }
}
