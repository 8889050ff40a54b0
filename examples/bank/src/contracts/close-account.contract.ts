import { defineCommand } from '@micro/core'
import { AccountIdSchema, AccountSchema } from '../schemas/account.schema.ts'

export const closeAccount = defineCommand('close account', {
  service: 'bank',
  description: 'Closes an empty account for ever.',
  payload: { type: 'object', properties: { account: AccountIdSchema }, required: ['account'] },
  response: AccountSchema,
  errors: ['The account is not there or closed.', 'There is still money in the account.'],
})
