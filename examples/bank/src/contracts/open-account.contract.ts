import { defineCommand } from '@micro/core'
import { AccountIdSchema, AccountSchema, OwnerSchema } from '../schemas/account.schema.ts'

export const openAccount = defineCommand('open account', {
  service: 'bank',
  description: 'Opens an empty account.',
  payload: {
    type: 'object',
    properties: { account: AccountIdSchema, owner: OwnerSchema },
    required: ['account', 'owner'],
  },
  response: AccountSchema,
  errors: ['The account exists already, or existed and was closed.'],
})
