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

const text = { type: 'string' } as const
const amount = { type: 'integer', minimum: 1 } as const
const Opened = { type: 'object', properties: { account: text, owner: text }, required: ['account', 'owner'] } as const
const Movement = { type: 'object', properties: { account: text, amount }, required: ['account', 'amount'] } as const
const Transfer = {
  type: 'object',
  properties: { from: text, to: text, amount },
  required: ['from', 'to', 'amount'],
} as const
const Asked = { type: 'object', properties: { account: text }, required: ['account'] } as const
const Balance = { type: 'object', properties: { balance: { type: 'integer' } }, required: ['balance'] } as const

const service = 'bank'
export const openAccount = defineCommand('open account', { service, payload: Opened })
export const depositMoney = defineCommand('deposit money', { service, payload: Movement, response: Balance })
export const withdrawMoney = defineCommand('withdraw money', { service, payload: Movement, response: Balance })
export const transferMoney = defineCommand('transfer money', { service, payload: Transfer })
export const closeAccount = defineCommand('close account', { service, payload: Asked })
export const accountView = defineViewContract('account', { service, payload: Asked })

export const accountEvents = defineEvents({
  'account opened': Opened,
  'money deposited': Movement,
  'money withdrawn': Movement,
  'account closed': Asked,
})

export const account = defineModel('account', {
  key: 'id',
  schema: {
    type: 'object',
    properties: { id: text, owner: text, balance: { type: 'integer' }, isClosed: { type: 'boolean' } },
    required: ['id', 'owner', 'balance', 'isClosed'],
  },
  indexes: ['owner'],
})

export const streamOf = (payload: { readonly account: string }): string => `account-${payload.account}`

export const openRule = defineRule(openAccount, {
  models: { account },
  emits: accountEvents,
  stream: streamOf,
  validate: async (payload, { models }) =>
    (await models.account.get(payload.account)) === undefined ? undefined : 'The account exists already.',
  events: (payload) => [{ type: 'account opened', data: payload }],
})

export const depositRule = defineRule(depositMoney, {
  models: { account },
  emits: accountEvents,
  stream: streamOf,
  validate: async (payload, { models }) =>
    (await models.account.require(payload.account)).isClosed ? 'The account is closed.' : undefined,
  events: (payload) => [{ type: 'money deposited', data: payload }],
  respond: async ({ payload, models }) => ({ balance: (await models.account.require(payload.account)).balance }),
})

export const withdrawRule = defineRule(withdrawMoney, {
  models: { account },
  emits: accountEvents,
  stream: streamOf,
  validate: async (payload, { models }) =>
    (await models.account.require(payload.account)).balance < payload.amount ? 'There is not enough money.' : undefined,
  events: (payload) => [{ type: 'money withdrawn', data: payload }],
  respond: async ({ payload, models }) => ({ balance: (await models.account.require(payload.account)).balance }),
})

export const transferRule = defineRule(transferMoney, {
  models: { account },
  emits: accountEvents,
  streams: ({ from, to }) => [`account-${from}`, `account-${to}`],
  validate: async (payload, { models }) => {
    if ((await models.account.require(payload.to)).isClosed) return 'The account is closed.'
    return (await models.account.require(payload.from)).balance < payload.amount
      ? 'There is not enough money.'
      : undefined
  },
  events: ({ from, to, amount: moved }) => [
    { type: 'money withdrawn', stream: `account-${from}`, data: { account: from, amount: moved } },
    { type: 'money deposited', stream: `account-${to}`, data: { account: to, amount: moved } },
  ],
})

export const closeRule = defineRule(closeAccount, {
  models: { account },
  emits: accountEvents,
  stream: streamOf,
  validate: async (payload, { models }) =>
    (await models.account.require(payload.account)).balance > 0 ? 'There is money left.' : undefined,
  events: (payload) => [{ type: 'account closed', data: payload }],
})

export const accountReducer = defineReducer({
  models: { account },
  events: accountEvents,
  on: {
    'account opened': ({ data }, models) =>
      models.account.insert({ id: data.account, owner: data.owner, balance: 0, isClosed: false }),
    'money deposited': ({ data }, models) =>
      models.account.update(data.account, (row) => ({ ...row, balance: row.balance + data.amount })),
    'money withdrawn': ({ data }, models) =>
      models.account.update(data.account, (row) => ({ ...row, balance: row.balance - data.amount })),
    'account closed': ({ data }, models) => models.account.update(data.account, (row) => ({ ...row, isClosed: true })),
  },
})

/** A small bank whose rules decide only on accounts that their streams cover. */
export const bankSheets: Sheets = {
  rules: [openRule, depositRule, withdrawRule, transferRule, closeRule],
  reducers: [accountReducer],
  views: [
    defineView(accountView, {
      models: { account },
      query: (payload, { models }) => models.account.require(payload.account),
    }),
  ],
}
