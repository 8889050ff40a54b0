import { defineRule } from '@micro/core'
import { openAccount } from '../contracts/open-account.contract.ts'
import { accountEvents, accountStream } from '../events/account.events.ts'
import { accounts } from '../models/account.model.ts'

export default defineRule(openAccount, {
  models: { accounts },
  emits: accountEvents,
  stream: ({ account }) => accountStream(account),

  validate: async ({ account }, { models }) => {
    const row = await models.accounts.get(account)
    if (row === undefined) return undefined
    return row.status === 'closed'
      ? `Account "${account}" was closed and cannot be opened again.`
      : `Account "${account}" exists already.`
  },

  events: (payload) => [{ type: 'account opened', data: payload }],
  respond: ({ payload, models }) => models.accounts.require(payload.account),
})
