import { defineView } from '@micro/core'
import { accountsByOwner } from '../contracts/accounts-by-owner.contract.ts'
import { accounts } from '../models/account.model.ts'

export default defineView(accountsByOwner, {
  models: { accounts },
  query: ({ owner }, { models }) => models.accounts.find({ owner }),
})
