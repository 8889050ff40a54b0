import { defineRule } from '@micro/core'
import { closeAccount } from '../contracts/close-account.contract.ts'
import { accountEvents, accountStream } from '../events/account.events.ts'
import { accounts } from '../models/account.model.ts'
import { objectIfClosed } from '../objections.ts'
import { formatCents } from '../schemas/money.schema.ts'

export default defineRule(closeAccount, {
  models: { accounts },
  emits: accountEvents,
  stream: ({ account }) => accountStream(account),

  validate: async ({ account }, { models }) => {
    const row = await models.accounts.require(account)
    const closed = objectIfClosed(row)
    if (closed !== undefined || row.balance === 0) return closed
    return `Account "${account}" still has ${formatCents(row.balance)}; withdraw or transfer it before closing.`
  },

  events: (payload) => [{ type: 'account closed', data: payload }],
  respond: ({ payload, models }) => models.accounts.require(payload.account),
})
