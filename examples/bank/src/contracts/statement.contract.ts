import { defineViewContract } from '@micro/core'
import { AccountIdSchema } from '../schemas/account.schema.ts'
import { StatementEntrySchema } from '../schemas/statement.schema.ts'

const CursorSchema = { description: 'Where the next page begins', type: 'integer', minimum: 0 } as const

export const statement = defineViewContract('statement', {
  service: 'bank',
  description: 'What happened in an account, newest first. New entries do not move later pages.',
  payload: {
    type: 'object',
    properties: {
      account: AccountIdSchema,
      limit: { description: 'Entries of a page, 20 if not given', type: 'integer', minimum: 1, maximum: 100 },
      cursor: { ...CursorSchema, description: 'From the page before; without it the newest entries' },
    },
    required: ['account'],
  },
  response: {
    type: 'object',
    properties: {
      entries: { type: 'array', items: StatementEntrySchema },
      cursor: { ...CursorSchema, description: 'For the next page; absent on the last one' },
    },
    required: ['entries'],
  },
  errors: ['The account is not there.'],
})
