import {
  defineCommand,
  defineEvents,
  defineModel,
  defineReducer,
  defineRule,
  defineView,
  defineViewContract,
  type Sheets,
} from '@micro/core'

const Movement = {
  type: 'object',
  properties: { account: { type: 'string' }, amount: { type: 'integer', minimum: 1 } },
  required: ['account', 'amount'],
} as const

const Opened = {
  type: 'object',
  properties: { account: { type: 'string' }, owner: { type: 'string' } },
  required: ['account', 'owner'],
} as const

const Balance = {
  type: 'object',
  properties: { balance: { type: 'integer' } },
  required: ['balance'],
} as const

export const openAccount = defineCommand('open account', { service: 'bank', payload: Opened, response: Balance })
export const depositMoney = defineCommand('deposit money', { service: 'bank', payload: Movement, response: Balance })
export const withdrawMoney = defineCommand('withdraw money', { service: 'bank', payload: Movement, response: Balance })
export const transferMoney = defineCommand('transfer money', {
  service: 'bank',
  payload: {
    type: 'object',
    properties: { from: { type: 'string' }, to: { type: 'string' }, amount: { type: 'integer', minimum: 1 } },
    required: ['from', 'to', 'amount'],
  },
})
export const accountView = defineViewContract('account', {
  service: 'bank',
  payload: { type: 'object', properties: { account: { type: 'string' } }, required: ['account'] },
})

export const accountEvents = defineEvents({
  'account opened': Opened,
  'money deposited': Movement,
  'money withdrawn': Movement,
})

export const account = defineModel('account', {
  key: 'id',
  schema: {
    type: 'object',
    properties: { id: { type: 'string' }, owner: { type: 'string' }, balance: { type: 'integer' } },
    required: ['id', 'owner', 'balance'],
  },
  indexes: ['owner'],
})

const streamOf = ({ account: id }: { readonly account: string }): string => `account-${id}`

/** A small bank: enough to see every step of the cycle. */
export const bankSheets: Sheets = {
  rules: [
    defineRule(openAccount, {
      models: { account },
      emits: accountEvents,
      stream: streamOf,
      validate: async (payload, { models }) =>
        (await models.account.get(payload.account)) === undefined ? undefined : 'The account exists already.',
      events: (payload) => [{ type: 'account opened', data: payload }],
      respond: () => ({ balance: 0 }),
    }),
    defineRule(depositMoney, {
      models: { account },
      emits: accountEvents,
      stream: streamOf,
      validate: async (payload, { models }) => {
        await models.account.require(payload.account)
      },
      events: (payload) => [{ type: 'money deposited', data: payload }],
      respond: async ({ payload, models }) => ({ balance: (await models.account.require(payload.account)).balance }),
    }),
    defineRule(withdrawMoney, {
      models: { account },
      emits: accountEvents,
      stream: streamOf,
      validate: async (payload, { models }) =>
        (await models.account.require(payload.account)).balance < payload.amount
          ? 'There is not enough money.'
          : undefined,
      events: (payload) => [{ type: 'money withdrawn', data: payload }],
      respond: async ({ payload, models }) => ({ balance: (await models.account.require(payload.account)).balance }),
    }),
    defineRule(transferMoney, {
      models: { account },
      emits: accountEvents,
      streams: ({ from, to }) => [`account-${from}`, `account-${to}`],
      validate: async ({ from, to, amount }, { models }) => {
        await models.account.require(to)
        return (await models.account.require(from)).balance < amount ? 'There is not enough money.' : undefined
      },
      events: ({ from, to, amount }) => [
        { type: 'money withdrawn', stream: `account-${from}`, data: { account: from, amount } },
        { type: 'money deposited', stream: `account-${to}`, data: { account: to, amount } },
      ],
    }),
  ],
  reducers: [
    defineReducer({
      models: { account },
      events: accountEvents,
      on: {
        'account opened': ({ data }, models) =>
          models.account.insert({ id: data.account, owner: data.owner, balance: 0 }),
        'money deposited': ({ data }, models) =>
          models.account.update(data.account, (row) => ({ ...row, balance: row.balance + data.amount })),
        'money withdrawn': ({ data }, models) =>
          models.account.update(data.account, (row) => ({ ...row, balance: row.balance - data.amount })),
      },
    }),
  ],
  views: [
    defineView(accountView, {
      models: { account },
      query: (payload, { models }) => models.account.require(payload.account),
    }),
  ],
}
