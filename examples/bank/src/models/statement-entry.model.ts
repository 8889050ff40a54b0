import { defineModel } from '@micro/core'
import { StatementEntrySchema } from '../schemas/statement.schema.ts'

export const statementEntries = defineModel('statement entry', {
  key: 'reference',
  schema: StatementEntrySchema,
  indexes: ['account'],
})
