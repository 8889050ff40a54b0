import { defineView } from '@micro/core'
import { bankTotalsView } from '../contracts/bank-totals.contract.ts'
import { bankTotals, WHOLE_BANK } from '../models/bank-totals.model.ts'

export default defineView(bankTotalsView, {
  models: { totals: bankTotals },

  query: async (_payload, { models }) => {
    const { accounts, balance } = (await models.totals.get(WHOLE_BANK)) ?? { accounts: 0, balance: 0 }
    return { accounts, balance }
  },
})
