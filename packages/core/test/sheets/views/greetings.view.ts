import { defineView } from '@micro/core'
import { greetings } from '../contracts/greetings.contract.ts'
import { greeting } from '../models/greeting.model.ts'

export default defineView(greetings, { models: { greeting }, query: (_, { models }) => models.greeting.find({}) })
