import { defineRule } from '@micro/core'
import { transferMoney } from '../contracts/transfer-money.contract.ts'
import { accountEvents, accountStream } from '../events/account.events.ts'
import { accounts } from '../models/account.model.ts'
import { objectIfClosed, objectIfShort } from '../objections.ts'

export default defineRule(transferMoney, {
  models: { accounts },
  emits: accountEvents,
  // Both are written to, so nothing can happen in either account between the decision and the commit.
  streams: ({ from, to }) => [accountStream(from), accountStream(to)],

  preValidate: ({ from, to }) => (from === to ? `Account "${from}" cannot transfer money to itself.` : undefined),

  validate: async ({ from, to, amount }, { models }) => {
    const sender = await models.accounts.require(from)
    const receiver = await models.accounts.require(to)
    return objectIfClosed(sender) ?? objectIfClosed(receiver) ?? objectIfShort(sender, amount, 'transferred')
  },

  events: ({ from, to, amount }) => [
    { type: 'money sent', stream: accountStream(from), data: { account: from, to, amount } },
    { type: 'money received', stream: accountStream(to), data: { account: to, from, amount } },
  ],

  respond: async ({ payload: { from }, models }) => {
    const { balance } = await models.accounts.require(from)
    return { account: from, balance }
  },
})
