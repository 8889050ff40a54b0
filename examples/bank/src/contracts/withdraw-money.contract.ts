import { defineCommand } from '@micro/core'
import { AccountIdSchema, BalanceSchema } from '../schemas/account.schema.ts'
import { AmountSchema } from '../schemas/money.schema.ts'

export const withdrawMoney = defineCommand('withdraw money', {
  service: 'bank',
  description: 'Pays money out of an account.',
  payload: {
    type: 'object',
    properties: { account: AccountIdSchema, amount: AmountSchema },
    required: ['account', 'amount'],
  },
  response: BalanceSchema,
  errors: ['The account is not there or closed.', 'The account has less money than that.'],
})
