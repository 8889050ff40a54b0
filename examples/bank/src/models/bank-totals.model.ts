import { defineModel } from '@micro/core'

/** Key of the one row. */
export const WHOLE_BANK = 'whole bank'

export const bankTotals = defineModel('bank totals', {
  key: 'id',
  schema: {
    type: 'object',
    properties: { id: { const: WHOLE_BANK }, accounts: { type: 'integer' }, balance: { type: 'integer' } },
    required: ['id', 'accounts', 'balance'],
  },
})
