import { defineEvents } from '@micro/core'

export const greetingEvents = defineEvents({
  'hello said': { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
})
