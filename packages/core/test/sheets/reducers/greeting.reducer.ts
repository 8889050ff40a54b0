import { defineReducer } from '@micro/core'
import { greetingEvents } from '../events/greeting.events.ts'
import { greeting } from '../models/greeting.model.ts'

export default defineReducer({
  models: { greeting },
  events: greetingEvents,
  on: { 'hello said': ({ data }, models) => models.greeting.put(data) },
})
