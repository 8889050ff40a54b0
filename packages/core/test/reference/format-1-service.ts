// The service whose commands made docs/reference/events-format-1.jsonl. It may grow; what reads the old events must stay.
import {
  type Contract,
  createMicro,
  defineAction,
  defineCommand,
  defineEvents,
  defineModel,
  defineReducer,
  defineRule,
  defineView,
  defineViewContract,
  type EventStoreProvider,
  type Micro,
  type Runtime,
  secret,
  type Sheets,
} from '@micro/core'

const service = 'bank'
const text = { type: 'string' } as const
const cents = { type: 'integer', minimum: 1 } as const

const Account = { type: 'object', properties: { account: text }, required: ['account'] } as const
const Opened = {
  type: 'object',
  properties: { account: text, owner: text, terms: {} },
  required: ['account', 'owner'],
} as const
const Movement = {
  type: 'object',
  properties: { account: text, amount: cents, note: text },
  required: ['account', 'amount'],
} as const
const Transfer = {
  type: 'object',
  properties: { from: text, to: text, amount: cents },
  required: ['from', 'to', 'amount'],
} as const
const Row = {
  type: 'object',
  properties: { account: text, owner: text, balance: { type: 'integer' }, isOpen: { type: 'boolean' }, terms: {} },
  required: ['account', 'owner', 'balance', 'isOpen'],
} as const

export const openAccount = defineCommand('open account', { service, payload: Opened, response: Row })
export const depositMoney = defineCommand('deposit money', { service, payload: Movement, response: Row })
export const transferMoney = defineCommand('transfer money', { service, payload: Transfer, response: Row })
export const closeAccount = defineCommand('close account', { service, payload: Account, response: Row })
export const setPassphrase = defineCommand('set passphrase', {
  service,
  payload: { type: 'object', properties: { account: text, passphrase: {} }, required: ['account', 'passphrase'] },
})
export const paySalary = defineAction('pay salary', { service, payload: Movement })
export const accountView = defineViewContract('account', { service, payload: Account, response: Row })

const events = defineEvents({
  'account opened': Opened,
  'money deposited': Movement,
  'money sent': Transfer,
  'money received': Transfer,
  'balance paid out': Movement,
  'account closed': Account,
  'passphrase set': Account,
})

const account = defineModel('account', { key: 'account', schema: Row, indexes: ['owner'] })

const streamOf = ({ account: id }: { readonly account: string }): string => `account-${id}`

export const bankSheets: Sheets = {
  rules: [
    defineRule(openAccount, {
      models: { account },
      emits: events,
      stream: streamOf,
      validate: async (payload, { models }) =>
        (await models.account.get(payload.account)) === undefined ? undefined : 'The account exists already.',
      events: (data) => [{ type: 'account opened', data }],
      respond: ({ payload, models }) => models.account.require(payload.account),
    }),
    defineRule(depositMoney, {
      models: { account },
      emits: events,
      version: 2,
      stream: streamOf,
      events: (data) => [{ type: 'money deposited', data, user: { till: 7, tags: ['front', null] } }],
      respond: ({ payload, models }) => models.account.require(payload.account),
    }),
    defineRule(transferMoney, {
      models: { account },
      emits: events,
      streams: ({ from, to }) => [`account-${from}`, `account-${to}`],
      events: (data) => [
        { type: 'money sent', stream: `account-${data.from}`, data },
        { type: 'money received', stream: `account-${data.to}`, data },
      ],
      respond: ({ payload, models }) => models.account.require(payload.from),
    }),
    defineRule(closeAccount, {
      models: { account },
      emits: events,
      stream: streamOf,
      events: async (data, { models }) => {
        const { balance } = await models.account.require(data.account)
        const paidOut = { type: 'balance paid out', data: { ...data, amount: balance } } as const
        return [...(balance > 0 ? [paidOut] : []), { type: 'account closed', data }]
      },
      respond: ({ payload, models }) => models.account.require(payload.account),
    }),
    defineRule(setPassphrase, {
      emits: events,
      stream: streamOf,
      // The passphrase itself would go to a store of secrets; the log never has it, nor a digest of this payload.
      events: ({ account: id }) => [{ type: 'passphrase set', data: { account: id } }],
    }),
  ],
  reducers: [
    defineReducer({
      models: { account },
      events,
      on: {
        'account opened': ({ data }, models) => models.account.insert({ ...data, balance: 0, isOpen: true }),
        'money deposited': ({ data }, models) =>
          models.account.update(data.account, (row) => ({ ...row, balance: row.balance + data.amount })),
        'money sent': ({ data }, models) =>
          models.account.update(data.from, (row) => ({ ...row, balance: row.balance - data.amount })),
        'money received': ({ data }, models) =>
          models.account.update(data.to, (row) => ({ ...row, balance: row.balance + data.amount })),
        'balance paid out': ({ data }, models) =>
          models.account.update(data.account, (row) => ({ ...row, balance: row.balance - data.amount })),
        'account closed': ({ data }, models) =>
          models.account.update(data.account, (row) => ({ ...row, isOpen: false })),
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

export function bankOn(store: EventStoreProvider, runtime?: Runtime): Micro {
  return createMicro({ name: service, store, sheets: bankSheets, ...(runtime === undefined ? {} : { runtime }) }).add(
    paySalary,
    async (payload, { act }) => {
      await act(depositMoney, payload)
    },
  )
}

/** One line of what was asked when the log was made. The log does not hold the caller's ids: they stand here only. */
export interface AskedCommand {
  readonly contract: Contract
  readonly payload: unknown
  readonly commandId: string
  readonly subject?: string
  readonly correlationId?: string
}

const V7 = '01932b5c-8a00-7aaa-8bbb-0123456789ab'

/** In this order, a second of the clock apart. Never changed: the log beside it was made of exactly these. */
export const ASKED: readonly AskedCommand[] = [
  { contract: openAccount, payload: { account: 'ann', owner: 'Ann' }, commandId: V7 },
  {
    contract: openAccount,
    payload: {
      account: 'zoë',
      owner: 'Zoë 😀\u2028"\\',
      terms: {
        rate: 0.1,
        most: 9007199254740991,
        least: -1e-7,
        none: null,
        tags: [],
        more: { b: [true, 1.5e-9], a: {} },
      },
    },
    commandId: 'open:zoe',
    subject: 'clerk-1',
  },
  {
    contract: depositMoney,
    payload: { note: 'first', amount: 500, account: 'ann' },
    commandId: V7.toUpperCase(),
    subject: 'clerk-1',
    correlationId: 'morning-round',
  },
  {
    contract: transferMoney,
    payload: { from: 'ann', to: 'zoë', amount: 120 },
    commandId: '01932b5c-8a01-7aaa-8bbb-0123456789ab',
    subject: 'ann',
  },
  { contract: closeAccount, payload: { account: 'zoë' }, commandId: '!"#~', subject: 'clerk "2" \u00e9' },
  {
    contract: setPassphrase,
    payload: { account: 'ann', passphrase: secret('correct horse') },
    commandId: '01932b5c-8a02-7aaa-8bbb-0123456789ab',
    subject: 'ann',
  },
]

/** Asked after those, through a plain action: its deposit has a causation id and an id derived from the action's. */
export const ASKED_OF_ACTION = {
  payload: { account: 'ann', amount: 2000 },
  commandId: '01932b5c-8a03-7aaa-8bbb-0123456789ab',
  subject: 'payroll',
} as const

/** Rows that the log gives, for ever. */
export const ROWS: Readonly<Record<string, unknown>> = {
  ann: { account: 'ann', owner: 'Ann', balance: 2380, isOpen: true },
  zoë: {
    account: 'zoë',
    owner: 'Zoë 😀\u2028"\\',
    balance: 0,
    isOpen: false,
    terms: {
      rate: 0.1,
      most: 9007199254740991,
      least: -1e-7,
      none: null,
      tags: [],
      more: { b: [true, 1.5e-9], a: {} },
    },
  },
}
