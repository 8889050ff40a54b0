import { defineViewContract } from '@micro/core'

export const bankTotalsView = defineViewContract('bank totals', {
  service: 'bank',
  description: 'Open accounts, and the money in all of them. Transfers do not change it.',
  payload: { type: 'object', properties: {} },
  response: {
    type: 'object',
    properties: {
      accounts: { type: 'integer', minimum: 0 },
      balance: { description: 'Cents', type: 'integer', minimum: 0 },
    },
    required: ['accounts', 'balance'],
  },
})
