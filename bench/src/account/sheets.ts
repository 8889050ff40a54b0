// The measured service: one model, one rule that decides on it, one view.
import {
  defineCommand,
  defineEvents,
  defineModel,
  defineReducer,
  defineRule,
  defineView,
  defineViewContract,
  type Sheets,
} from '@micro/core'
import { AccountSchema, BalanceSchema, DepositSchema, MOST_BALANCE } from './payload.ts'

export const accounts = defineModel('account', { key: 'account', schema: BalanceSchema })

export const accountEvents = defineEvents({ 'money deposited': DepositSchema })

export const depositMoney = defineCommand('deposit money', {
  service: 'bench',
  payload: DepositSchema,
  response: BalanceSchema,
})

export const balanceOf = defineViewContract('balance', {
  service: 'bench',
  payload: AccountSchema,
  response: BalanceSchema,
})

const rule = defineRule(depositMoney, {
  models: { accounts },
  emits: accountEvents,
  stream: ({ account }) => account,

  validate: async ({ account, amount }, { models }) => {
    const row = await models.accounts.get(account)
    return (row?.balance ?? 0) + amount > MOST_BALANCE ? 'That is too much.' : undefined
  },

  events: (payload) => [{ type: 'money deposited', data: payload }],
  respond: ({ payload: { account }, models }) => models.accounts.require(account),
})

const reducer = defineReducer({
  models: { accounts },
  events: accountEvents,
  on: {
    'money deposited': ({ data: { account, amount } }, models) => {
      models.accounts.upsert(account, (row) => ({ account, balance: (row?.balance ?? 0) + amount }))
    },
  },
})

const view = defineView(balanceOf, {
  models: { accounts },
  query: ({ account }, { models }) => models.accounts.require(account),
})

export const accountSheets: Sheets = {
  contracts: [depositMoney, balanceOf],
  events: [accountEvents],
  models: [accounts],
  rules: [rule],
  reducers: [reducer],
  views: [view],
}
