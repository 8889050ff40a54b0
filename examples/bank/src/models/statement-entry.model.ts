import { defineModel } from '@micro/core'
import { StatementEntrySchema } from '../schemas/statement.schema.ts'

/** Where an entry stands among all: by account, and there by number. Text, so that one index gives a page in its order. */
export function placeOf(account: string, number: number): string {
  return `${account}/${String(number).padStart(16, '0')}`
}

export const statementEntries = defineModel('statement entry', {
  key: 'reference',
  schema: {
    ...StatementEntrySchema,
    properties: { ...StatementEntrySchema.properties, place: { type: 'string' } },
    required: [...StatementEntrySchema.required, 'place'],
  } as const,
  indexes: ['place'],
})

/** What others see of an entry. */
export function withoutPlace<Entry extends { readonly place: string }>(entry: Entry): Omit<Entry, 'place'> {
  const { place: _place, ...shown } = entry
  return shown
}
