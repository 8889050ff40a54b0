import { defineViewContract } from '@micro/core'

export const greetings = defineViewContract('greetings', {
  service: 'greeter',
  payload: { type: 'object', properties: {} },
})
