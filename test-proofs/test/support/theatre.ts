// A service for what only one can have: the seats of a show, and login names.
import {
  defineCommand,
  defineEvents,
  defineModel,
  defineReducer,
  defineRule,
  defineView,
  defineViewContract,
  type MicroOptions,
} from '@micro/core'

export const THEATRE = import.meta.url

const Show = { type: 'object', properties: { show: { type: 'string' } }, required: ['show'] } as const
const SignedUp = {
  type: 'object',
  properties: { login: { type: 'string' }, user: { type: 'string' } },
  required: ['login', 'user'],
} as const

const service = 'theatre'
const bookSeat = defineCommand('book seat', { service, payload: Show })
const signUp = defineCommand('sign up', { service, payload: SignedUp })
const userView = defineViewContract('user of login', {
  service,
  payload: { type: 'object', properties: { login: { type: 'string' } }, required: ['login'] },
})
const mostDecisions = defineViewContract('most decisions', { service, payload: { type: 'object', properties: {} } })

const shows = defineModel('show', {
  key: 'show',
  schema: {
    type: 'object',
    properties: { show: { type: 'string' }, booked: { type: 'integer' } },
    required: ['show', 'booked'],
  },
})
const logins = defineModel('login', { key: 'login', schema: SignedUp })
const events = defineEvents({ 'seat booked': Show, 'signed up': SignedUp })

/** How often each command was decided here: once, and once more after each conflict. */
const decisions = new Map<string, number>()

/** @param options `seats`: how many each show has */
export function serviceOptions({ seats }: { readonly seats?: number }): Partial<MicroOptions> {
  const rules = [
    defineRule(bookSeat, {
      models: { shows },
      emits: events,
      stream: ({ show }) => `show-${show}`,
      validate: async ({ show }, { models, commandId }) => {
        decisions.set(commandId, (decisions.get(commandId) ?? 0) + 1)
        const { booked } = (await models.shows.get(show)) ?? { booked: 0 }
        return booked < (seats ?? 0) ? undefined : `"${show}" is sold out.`
      },
      events: (payload) => [{ type: 'seat booked', data: payload }],
    }),
    defineRule(signUp, {
      models: { logins },
      emits: events,
      stream: ({ login }) => `login-${login}`,
      validate: async ({ login }, { models }) =>
        (await models.logins.get(login)) === undefined ? undefined : `"${login}" is taken.`,
      events: (payload) => [{ type: 'signed up', data: payload }],
    }),
  ]
  const reducer = defineReducer({
    models: { shows, logins },
    events,
    on: {
      'seat booked': async ({ data: { show } }, writers) => {
        const { booked } = (await writers.shows.get(show)) ?? { booked: 0 }
        writers.shows.put({ show, booked: booked + 1 })
      },
      'signed up': ({ data }, writers) => writers.logins.insert(data),
    },
  })
  const views = [
    defineView(userView, {
      models: { logins },
      query: async ({ login }, { models }) => (await models.logins.require(login)).user,
    }),
    defineView(mostDecisions, { query: () => Math.max(0, ...decisions.values()) }),
  ]
  return { name: service, sheets: { rules, reducers: [reducer], views } }
}
