import { defineRule } from '@micro/core'
import { depositMoney } from '../contracts/deposit-money.contract.ts'
import { accountEvents, accountStream } from '../events/account.events.ts'
import { accounts } from '../models/account.model.ts'
import { bankTotals, WHOLE_BANK } from '../models/bank-totals.model.ts'
import { objectIfClosed } from '../objections.ts'
import { formatCents, MOST_MONEY } from '../schemas/money.schema.ts'

export default defineRule(depositMoney, {
  models: { accounts },
  // May be some deposits behind, and that is enough: MOST_MONEY keeps a distance.
  lookups: { totals: bankTotals },
  emits: accountEvents,
  stream: ({ account }) => accountStream(account),

  validate: async ({ account, amount }, { models, lookups }) => {
    const closed = objectIfClosed(await models.accounts.require(account))
    if (closed !== undefined) return closed
    const { balance } = await lookups.totals.require(WHOLE_BANK)
    if (balance + amount <= MOST_MONEY) return undefined
    return `The bank holds ${formatCents(MOST_MONEY)} at most; ${formatCents(amount)} more cannot be deposited.`
  },

  events: (payload) => [{ type: 'money deposited', data: payload }],

  respond: async ({ payload: { account }, models }) => {
    const { balance } = await models.accounts.require(account)
    return { account, balance }
  },
})
