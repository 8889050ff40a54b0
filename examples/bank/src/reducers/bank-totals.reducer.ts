import { defineReducer } from '@micro/core'
import { accountEvents } from '../events/account.events.ts'
import { bankTotals, WHOLE_BANK } from '../models/bank-totals.model.ts'

/** Transfers are not here: they move money inside the bank. */
export default defineReducer({
  models: { totals: bankTotals },
  events: accountEvents,
  version: 1,
  on: {
    // Only an opening may be the first event of all, so only it has to look.
    'account opened': async (_event, { totals }) => {
      const { accounts, balance } = (await totals.get(WHOLE_BANK)) ?? { accounts: 0, balance: 0 }
      totals.put({ id: WHOLE_BANK, accounts: accounts + 1, balance })
    },

    'money deposited': ({ data }, { totals }) =>
      totals.update(WHOLE_BANK, (row) => ({ ...row, balance: row.balance + data.amount })),

    'money withdrawn': ({ data }, { totals }) =>
      totals.update(WHOLE_BANK, (row) => ({ ...row, balance: row.balance - data.amount })),

    'account closed': (_event, { totals }) =>
      totals.update(WHOLE_BANK, (row) => ({ ...row, accounts: row.accounts - 1 })),
  },
})
