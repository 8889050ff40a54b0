import { defineModel } from '@micro/core'

export const greeting = defineModel('greeting', {
  key: 'name',
  schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
})
