import { defineView } from '@micro/core'
import { accountView } from '../contracts/account.contract.ts'
import { accounts } from '../models/account.model.ts'

export default defineView(accountView, {
  models: { accounts },
  query: ({ account }, { models }) => models.accounts.require(account),
})
