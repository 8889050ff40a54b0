import {
  createMicro,
  defineAction,
  defineCommand,
  defineEvents,
  defineModel,
  defineReducer,
  defineRule,
  defineView,
  defineViewContract,
  type Micro,
  type MicroOptions,
} from '@micro/core'
import { accountView } from '../../../examples/bank/src/contracts/account.contract.ts'
import { depositMoney } from '../../../examples/bank/src/contracts/deposit-money.contract.ts'

const Account = { type: 'string', minLength: 1, maxLength: 64 } as const
const Gift = {
  type: 'object',
  properties: { account: Account, amount: { type: 'integer', minimum: 1 } },
  required: ['account', 'amount'],
} as const

/** A command of the desk that has the bank do something too. */
export const giveGift = defineCommand('give gift', {
  service: 'gift desk',
  payload: Gift,
  response: {
    type: 'object',
    properties: { balance: { type: 'integer' }, gifts: { type: 'integer' } },
    required: ['balance', 'gifts'],
  },
})

/** What the desk knows itself, and what it asks the bank for. */
export const giftsOf = defineViewContract('gifts of', {
  service: 'gift desk',
  payload: { type: 'object', properties: { account: Account }, required: ['account'] },
  response: {
    type: 'object',
    properties: { owner: { type: 'string' }, balance: { type: 'integer' }, gifts: { type: 'integer' } },
    required: ['owner', 'balance', 'gifts'],
  },
})

/** Offered by the bank's own process; the way back from the bank to the desk. */
export const giftsKnownToBank = defineAction('gifts known', {
  service: 'bank',
  payload: { type: 'object', properties: { account: Account }, required: ['account'] },
  response: { type: 'integer' },
})

const giftEvents = defineEvents({ 'gift given': Gift })

const gifts = defineModel('gifts', {
  key: 'account',
  schema: {
    type: 'object',
    properties: { account: { type: 'string' }, count: { type: 'integer' } },
    required: ['account', 'count'],
  },
})

/** A second service: it keeps its own events, and calls the bank for the money. */
export function giftDesk(options: Omit<MicroOptions, 'name'>): Micro {
  return createMicro({
    ...options,
    name: 'gift desk',
    sheets: {
      rules: [
        defineRule(giveGift, {
          models: { gifts },
          emits: giftEvents,
          stream: ({ account }) => `gifts-${account}`,
          // The bank says no to an account that is not there, before a gift is noted.
          validate: async ({ account }, { act }) => void (await act(accountView, { account })),
          events: (data) => [{ type: 'gift given', data }],
          respond: async ({ payload, models, act }) => {
            const { balance } = await act(depositMoney, payload)
            return { balance, gifts: (await models.gifts.require(payload.account)).count }
          },
        }),
      ],
      reducers: [
        defineReducer({
          models: { gifts },
          events: giftEvents,
          on: {
            'gift given': async ({ data: { account } }, models) => {
              const row = await models.gifts.get(account)
              models.gifts.put({ account, count: (row?.count ?? 0) + 1 })
            },
          },
        }),
      ],
      views: [
        defineView(giftsOf, {
          models: { gifts },
          query: async ({ account }, { models, act }) => {
            const { owner, balance } = await act(accountView, { account })
            return { owner, balance, gifts: (await models.gifts.get(account))?.count ?? 0 }
          },
        }),
      ],
    },
  })
}
