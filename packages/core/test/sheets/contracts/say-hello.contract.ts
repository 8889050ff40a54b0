import { defineCommand } from '@micro/core'

export const sayHello = defineCommand('say hello', {
  service: 'greeter',
  payload: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
})
