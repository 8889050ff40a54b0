import { defineRule } from '@micro/core'
import { withdrawMoney } from '../contracts/withdraw-money.contract.ts'
import { accountEvents, accountStream } from '../events/account.events.ts'
import { accounts } from '../models/account.model.ts'
import { objectIfClosed, objectIfShort } from '../objections.ts'

export default defineRule(withdrawMoney, {
  models: { accounts },
  emits: accountEvents,
  stream: ({ account }) => accountStream(account),

  validate: async ({ account, amount }, { models }) => {
    const row = await models.accounts.require(account)
    return objectIfClosed(row) ?? objectIfShort(row, amount, 'withdrawn')
  },

  events: (payload) => [{ type: 'money withdrawn', data: payload }],

  respond: async ({ payload: { account }, models }) => {
    const { balance } = await models.accounts.require(account)
    return { account, balance }
  },
})
