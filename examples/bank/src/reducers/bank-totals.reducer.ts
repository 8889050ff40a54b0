import { defineReducer } from '@micro/core'
import { accountEvents } from '../events/account.events.ts'
import { bankTotals, WHOLE_BANK } from '../models/bank-totals.model.ts'

/** Transfers are not here: they move money inside the bank. */
export default defineReducer({
  models: { totals: bankTotals },
  events: accountEvents,
  version: 1,
  on: {
    'account opened': (_event, { totals }) =>
      totals.upsert(WHOLE_BANK, (row) => ({ id: WHOLE_BANK, balance: 0, ...row, accounts: (row?.accounts ?? 0) + 1 })),

    'money deposited': ({ data }, { totals }) =>
      totals.update(WHOLE_BANK, (row) => ({ ...row, balance: row.balance + data.amount })),

    'money withdrawn': ({ data }, { totals }) =>
      totals.update(WHOLE_BANK, (row) => ({ ...row, balance: row.balance - data.amount })),

    'account closed': (_event, { totals }) =>
      totals.update(WHOLE_BANK, (row) => ({ ...row, accounts: row.accounts - 1 })),
  },
})
