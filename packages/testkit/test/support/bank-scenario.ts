import type { ReducerDefinition, RuleDefinition, Sheets } from '@micro/core'
import { type GivenEvent, scenario } from '../../src/index.ts'
import { accountEvents, bankSheets } from './bank.ts'

export type BankEvents = NonNullable<(typeof accountEvents)['~types']>

export const bank = (sheets: Sheets = bankSheets): ReturnType<typeof scenario<BankEvents>> =>
  scenario({ name: 'bank', sheets, events: accountEvents })

export const opened = (id: string, owner = 'ann'): GivenEvent<BankEvents> => ({
  stream: `account-${id}`,
  type: 'account opened',
  data: { account: id, owner },
})
export const deposited = (id: string, amount: number): GivenEvent<BankEvents> => ({
  stream: `account-${id}`,
  type: 'money deposited',
  data: { account: id, amount },
})

/** The bank with some rules replaced by others of the same command. */
export function withRules(...rules: readonly RuleDefinition[]): Sheets {
  const replaced = new Set(rules.map(({ contract }) => contract.name))
  return {
    ...bankSheets,
    rules: [...(bankSheets.rules ?? []).filter(({ contract }) => !replaced.has(contract.name)), ...rules],
  }
}

export const withReducer = (reducer: ReducerDefinition): Sheets => ({ ...bankSheets, reducers: [reducer] })
