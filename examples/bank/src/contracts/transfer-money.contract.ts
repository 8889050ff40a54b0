import { defineCommand } from '@micro/core'
import { AccountIdSchema, BalanceSchema } from '../schemas/account.schema.ts'
import { AmountSchema } from '../schemas/money.schema.ts'

export const transferMoney = defineCommand('transfer money', {
  service: 'bank',
  description: 'Moves money from one account to another; answers what is left in the first.',
  payload: {
    type: 'object',
    properties: { from: AccountIdSchema, to: AccountIdSchema, amount: AmountSchema },
    required: ['from', 'to', 'amount'],
  },
  response: BalanceSchema,
  errors: [
    'Both accounts are the same.',
    'An account is not there or closed.',
    'The account has less money than that.',
  ],
})
