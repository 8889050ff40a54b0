import { defineReducer } from '@micro/core'
import { accountEvents } from '../events/account.events.ts'
import { placeOf, statementEntries } from '../models/statement-entry.model.ts'

interface Recorded {
  readonly revision: number
  readonly time: string
  readonly data: { readonly account: string }
}

/** What every entry takes from its event; the revision in the account's stream numbers it. */
const entryOf = ({ revision, time, data: { account } }: Recorded) => ({
  reference: `${account}/${revision}`,
  account,
  number: revision,
  place: placeOf(account, revision),
  time,
})

export default defineReducer({
  models: { entries: statementEntries },
  events: accountEvents,
  version: 2,
  on: {
    'money deposited': (event, { entries }) =>
      entries.insert({ ...entryOf(event), kind: 'deposit', amount: event.data.amount }),

    'money withdrawn': (event, { entries }) =>
      entries.insert({ ...entryOf(event), kind: 'withdrawal', amount: -event.data.amount }),

    'money sent': (event, { entries }) => {
      const { to, amount } = event.data
      entries.insert({ ...entryOf(event), kind: 'transfer', amount: -amount, counterpart: to })
    },

    'money received': (event, { entries }) => {
      const { from, amount } = event.data
      entries.insert({ ...entryOf(event), kind: 'transfer', amount, counterpart: from })
    },
  },
})
