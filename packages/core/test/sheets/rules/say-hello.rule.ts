import { defineRule } from '@micro/core'
import { sayHello } from '../contracts/say-hello.contract.ts'
import { greetingEvents } from '../events/greeting.events.ts'

export default defineRule(sayHello, {
  emits: greetingEvents,
  stream: ({ name }) => `greeting-${name}`,
  events: (payload) => [{ type: 'hello said', data: payload }],
})
