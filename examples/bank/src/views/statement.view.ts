import { defineView } from '@micro/core'
import { statement } from '../contracts/statement.contract.ts'
import { accounts } from '../models/account.model.ts'
import { placeOf, statementEntries, withoutPlace } from '../models/statement-entry.model.ts'

export default defineView(statement, {
  models: { accounts, entries: statementEntries },

  query: async ({ account, limit = 20, cursor = Number.MAX_SAFE_INTEGER }, { models }) => {
    await models.accounts.require(account)
    const query = { place: { $gte: placeOf(account, 0), $lte: placeOf(account, cursor) } }
    // One more than asked for tells whether there is another page, and where it begins.
    const found = await models.entries.find(query, { sort: { place: -1 }, limit: limit + 1 })
    const entries = found.slice(0, limit).map(withoutPlace)
    const next = found[limit]
    return next === undefined ? { entries } : { entries, cursor: next.number }
  },
})
