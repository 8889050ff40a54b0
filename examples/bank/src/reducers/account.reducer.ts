import { defineReducer } from '@micro/core'
import { accountEvents } from '../events/account.events.ts'
import { accounts } from '../models/account.model.ts'

export default defineReducer({
  models: { accounts },
  events: accountEvents,
  version: 1,
  on: {
    'account opened': ({ data }, { accounts }) => accounts.insert({ ...data, balance: 0, status: 'open' }),

    'money deposited': ({ data }, { accounts }) =>
      accounts.update(data.account, (row) => ({ ...row, balance: row.balance + data.amount })),

    'money withdrawn': ({ data }, { accounts }) =>
      accounts.update(data.account, (row) => ({ ...row, balance: row.balance - data.amount })),

    'money sent': ({ data }, { accounts }) =>
      accounts.update(data.account, (row) => ({ ...row, balance: row.balance - data.amount })),

    'money received': ({ data }, { accounts }) =>
      accounts.update(data.account, (row) => ({ ...row, balance: row.balance + data.amount })),

    'account closed': ({ data }, { accounts }) =>
      accounts.update(data.account, (row) => ({ ...row, status: 'closed' })),
  },
})
