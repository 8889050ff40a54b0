import { AccountIdSchema } from './account.schema.ts'

export const StatementEntrySchema = {
  type: 'object',
  properties: {
    reference: { description: 'Names this entry for ever: account/number', type: 'string' },
    account: AccountIdSchema,
    number: { description: 'Grows with each entry of the account', type: 'integer', minimum: 0 },
    time: { type: 'string', format: 'date-time' },
    kind: { enum: ['deposit', 'withdrawal', 'transfer'] },
    amount: { description: 'Cents; negative when the money left the account', type: 'integer' },
    counterpart: { ...AccountIdSchema, description: 'The other account of a transfer' },
  },
  required: ['reference', 'account', 'number', 'time', 'kind', 'amount'],
} as const
