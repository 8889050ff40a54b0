import { defineCommand } from '@micro/core'
import { AccountIdSchema, BalanceSchema } from '../schemas/account.schema.ts'
import { AmountSchema } from '../schemas/money.schema.ts'

export const depositMoney = defineCommand('deposit money', {
  service: 'bank',
  description: 'Pays money into an account.',
  payload: {
    type: 'object',
    properties: { account: AccountIdSchema, amount: AmountSchema },
    required: ['account', 'amount'],
  },
  response: BalanceSchema,
  errors: ['The account is not there or closed.', 'The bank would hold more than it can count.'],
})
