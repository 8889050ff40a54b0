import { defineEvents } from '@micro/core'
import { AccountIdSchema, OwnerSchema } from '../schemas/account.schema.ts'
import { AmountSchema } from '../schemas/money.schema.ts'

const MovementSchema = {
  type: 'object',
  properties: { account: AccountIdSchema, amount: AmountSchema },
  required: ['account', 'amount'],
} as const

/** `account` is always the account in whose stream the event stands. */
export const accountEvents = defineEvents({
  'account opened': {
    type: 'object',
    properties: { account: AccountIdSchema, owner: OwnerSchema },
    required: ['account', 'owner'],
  },
  'money deposited': MovementSchema,
  'money withdrawn': MovementSchema,
  'money sent': {
    type: 'object',
    properties: { account: AccountIdSchema, to: AccountIdSchema, amount: AmountSchema },
    required: ['account', 'to', 'amount'],
  },
  'money received': {
    type: 'object',
    properties: { account: AccountIdSchema, from: AccountIdSchema, amount: AmountSchema },
    required: ['account', 'from', 'amount'],
  },
  'account closed': { type: 'object', properties: { account: AccountIdSchema }, required: ['account'] },
})

/** All that happens in an account stands in one stream: whoever writes to it has seen the whole account. */
export function accountStream(account: string): string {
  return `account-${account}`
}
