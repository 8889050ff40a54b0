import { defineViewContract } from '@micro/core'
import { AccountIdSchema, AccountSchema } from '../schemas/account.schema.ts'

export const accountView = defineViewContract('account', {
  service: 'bank',
  description: 'An account with its balance.',
  payload: { type: 'object', properties: { account: AccountIdSchema }, required: ['account'] },
  response: AccountSchema,
  errors: ['The account is not there.'],
})
