import { defineViewContract } from '@micro/core'
import { AccountSchema, OwnerSchema } from '../schemas/account.schema.ts'

export const accountsByOwner = defineViewContract('accounts by owner', {
  service: 'bank',
  description: 'All accounts of an owner by their ids, closed ones included.',
  payload: { type: 'object', properties: { owner: OwnerSchema }, required: ['owner'] },
  response: { type: 'array', items: AccountSchema },
})
