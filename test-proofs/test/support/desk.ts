// A service whose commands are what two instances can decide wrongly: money, names that only one may have, rights, secrets.
import { createHash, randomUUID } from 'node:crypto'
import {
  defineCommand,
  defineEvents,
  defineModel,
  defineModule,
  defineReducer,
  defineRule,
  defineView,
  defineViewContract,
  type MicroOptions,
  type RecordedEvent,
  type Sheets,
} from '@micro/core'

export const DESK = import.meta.url

const service = 'desk'
const text = { type: 'string' } as const
const count = { type: 'integer' } as const
const Named = { type: 'object', properties: { account: text }, required: ['account'] } as const
const Opened = { type: 'object', properties: { account: text, owner: text }, required: ['account', 'owner'] } as const
const Movement = {
  type: 'object',
  properties: { account: text, amount: count },
  required: ['account', 'amount'],
} as const
const Transfer = {
  type: 'object',
  properties: { from: text, to: text, amount: count },
  required: ['from', 'to', 'amount'],
} as const
const Given = { type: 'object', properties: { account: text, to: text }, required: ['account', 'to'] } as const
const Trail = {
  type: 'object',
  properties: { trail: text, times: count, plus: count },
  required: ['trail', 'times', 'plus'],
} as const
const Case = { type: 'object', properties: { case: text }, required: ['case'] } as const
const LoggedIn = {
  type: 'object',
  properties: { login: text, tokenHash: text },
  required: ['login', 'tokenHash'],
} as const
const Nothing = { type: 'object', properties: {} } as const

const command = <const Payload extends object>(name: string, payload: Payload) =>
  defineCommand(name, { service, payload })

const openAccount = command('open', Opened)
const openForOwner = command('open for owner', Opened)
export const openGuarded = command('open guarded', Opened)
const deposit = command('deposit', Movement)
const withdraw = command('withdraw', Movement)
const payOut = command('pay out', Named)
const transfer = command('transfer', Transfer)
/** As much to each of two others. */
const share = command('share', {
  type: 'object',
  properties: { from: text, to: text, also: text, amount: count },
  required: ['from', 'to', 'also', 'amount'],
} as const)
/** Whether two accounts hold so much together: no transfer between them ever changes it. */
const expectSum = command('expect sum', Transfer)
const close = command('close', Named)
const give = command('give', Given)
const withdrawOwn = command('withdraw own', Movement)
const setLimit = command('set limit', Movement)
const withdrawWithin = command('withdraw within limit', Movement)
const continueTrail = command('continue trail', Trail)
const startCase = command('start case', Nothing)
const logIn = command('log in', { type: 'object', properties: { login: text }, required: ['login'] } as const)

export const deskEvents = defineEvents({
  'account opened': Opened,
  'account closed': Named,
  'owner bound': Opened,
  'guarded opened': Opened,
  'money deposited': Movement,
  'money withdrawn': Movement,
  'account given': Given,
  'limit set': Movement,
  'trail continued': Trail,
  'case started': Case,
  'logged in': LoggedIn,
})

const totals = defineModel('total', {
  key: 'id',
  schema: { type: 'object', properties: { id: text, balance: count }, required: ['id', 'balance'] },
})
const account = defineModel('account', {
  key: 'id',
  schema: {
    type: 'object',
    properties: { id: text, owner: text, balance: count, isOpen: { type: 'boolean' } },
    required: ['id', 'owner', 'balance', 'isOpen'],
  },
})
const owners = defineModel('owner', {
  key: 'id',
  schema: { type: 'object', properties: { id: text, account: text }, required: ['id', 'account'] },
})
const guardedOwners = defineModel('guarded owner', {
  key: 'id',
  schema: { type: 'object', properties: { id: text, account: text }, required: ['id', 'account'] },
})
const limits = defineModel('limit', {
  key: 'id',
  schema: { type: 'object', properties: { id: text, amount: count }, required: ['id', 'amount'] },
})
const trails = defineModel('trail', {
  key: 'id',
  schema: { type: 'object', properties: { id: text, value: count }, required: ['id', 'value'] },
})

const accountStream = (id: string): string => `account-${id}`
const ofAccount = ({ account: id }: { readonly account: string }): string => accountStream(id)

/** What every command answers: the recorded events, as `respond` got them. */
export interface Done {
  readonly ids: readonly string[]
  readonly position: number
}
const done = ({
  events,
}: {
  readonly events: readonly { readonly id: string; readonly position: number }[]
}): Done => ({
  ids: events.map(({ id }) => id),
  position: events.at(-1)?.position ?? 0,
})

/** Nothing commutes with it, so every order of the same steps gives another value. */
export const stepOf = (value: number, { times, plus }: { readonly times: number; readonly plus: number }): number =>
  (value * times + plus) % 1_000_003

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

const SHORT = 'There is not enough money.'

const rules = [
  defineRule(openAccount, {
    models: { account },
    emits: deskEvents,
    stream: ofAccount,
    validate: async (payload, { models }) =>
      (await models.account.get(payload.account)) === undefined ? undefined : 'It is there already.',
    events: (payload) => [{ type: 'account opened', data: payload }],
    respond: done,
  }),
  defineRule(openForOwner, {
    models: { account, owners },
    emits: deskEvents,
    streams: (payload) => [ofAccount(payload), `owner-${payload.owner}`],
    validate: async (payload, { models }) =>
      (await models.owners.get(payload.owner)) === undefined ? undefined : 'The owner has one.',
    events: (payload) => [
      { type: 'account opened', stream: ofAccount(payload), data: payload },
      { type: 'owner bound', stream: `owner-${payload.owner}`, data: payload },
    ],
    respond: done,
  }),
  // What it must not be: the owner's stream is guarded, and nobody who asks for the same writes to it.
  defineRule(openGuarded, {
    models: { guardedOwners },
    emits: deskEvents,
    streams: (payload) => [ofAccount(payload), `owner-${payload.owner}`],
    validate: async (payload, { models }) =>
      (await models.guardedOwners.get(payload.owner)) === undefined ? undefined : 'The owner has one.',
    events: (payload) => [{ type: 'guarded opened', stream: ofAccount(payload), data: payload }],
    respond: done,
  }),
  defineRule(deposit, {
    models: { account },
    emits: deskEvents,
    stream: ofAccount,
    validate: async (payload, { models }) =>
      (await models.account.require(payload.account)).isOpen ? undefined : 'It is closed.',
    events: (payload) => [{ type: 'money deposited', data: payload }],
    respond: done,
  }),
  defineRule(withdraw, {
    models: { account },
    emits: deskEvents,
    stream: ofAccount,
    validate: async (payload, { models }) =>
      (await models.account.require(payload.account)).balance < payload.amount ? SHORT : undefined,
    events: (payload) => [{ type: 'money withdrawn', data: payload }],
    respond: done,
  }),
  defineRule(payOut, {
    models: { account },
    emits: deskEvents,
    stream: ofAccount,
    events: async (payload, { models }) => {
      const { balance } = await models.account.require(payload.account)
      return balance === 0 ? [] : [{ type: 'money withdrawn', data: { ...payload, amount: balance } }]
    },
    respond: done,
  }),
  defineRule(transfer, {
    models: { account },
    emits: deskEvents,
    streams: ({ from, to }) => [accountStream(from), accountStream(to)],
    preValidate: ({ from, to }) => (from === to ? 'Both are the same.' : undefined),
    validate: async ({ from, to, amount }, { models }) => {
      if (!(await models.account.require(to)).isOpen) return 'It is closed.'
      return (await models.account.require(from)).balance < amount ? SHORT : undefined
    },
    events: ({ from, to, amount }) => [
      { type: 'money withdrawn', stream: accountStream(from), data: { account: from, amount } },
      { type: 'money deposited', stream: accountStream(to), data: { account: to, amount } },
    ],
    respond: done,
  }),
  defineRule(share, {
    models: { account },
    emits: deskEvents,
    streams: ({ from, to, also }) => [from, to, also].map(accountStream),
    validate: async ({ from, amount }, { models }) =>
      (await models.account.require(from)).balance < amount * 2 ? SHORT : undefined,
    events: ({ from, to, also, amount }) => [
      { type: 'money withdrawn', stream: accountStream(from), data: { account: from, amount: amount * 2 } },
      { type: 'money deposited', stream: accountStream(to), data: { account: to, amount } },
      { type: 'money deposited', stream: accountStream(also), data: { account: also, amount } },
    ],
    respond: done,
  }),
  defineRule(expectSum, {
    models: { account },
    emits: deskEvents,
    streams: ({ from, to }) => [accountStream(from), accountStream(to)],
    validate: async ({ from, to, amount }, { models }) => {
      const [{ balance: first }, { balance: second }] = [
        await models.account.require(from),
        await models.account.require(to),
      ]
      return first + second === amount ? undefined : `They hold ${first} and ${second}.`
    },
    respond: done,
  }),
  defineRule(close, {
    models: { account },
    emits: deskEvents,
    stream: ofAccount,
    validate: async (payload, { models }) => {
      const { isOpen, balance } = await models.account.require(payload.account)
      return isOpen && balance === 0 ? undefined : 'It is closed, or money is left.'
    },
    events: (payload) => [{ type: 'account closed', data: payload }],
    respond: done,
  }),
  defineRule(give, {
    models: { account },
    emits: deskEvents,
    stream: ofAccount,
    authorize: async ({ payload, identity, models }) =>
      (await models.account.require(payload.account)).owner === identity.subject,
    events: (payload) => [{ type: 'account given', data: payload }],
    respond: done,
  }),
  defineRule(withdrawOwn, {
    models: { account },
    emits: deskEvents,
    stream: ofAccount,
    authorize: async ({ payload, identity, models }) =>
      (await models.account.require(payload.account)).owner === identity.subject,
    events: (payload) => [{ type: 'money withdrawn', data: payload }],
    respond: done,
  }),
  defineRule(setLimit, {
    models: { limits },
    emits: deskEvents,
    stream: (payload) => `limit-${payload.account}`,
    events: (payload) => [{ type: 'limit set', data: payload }],
    respond: done,
  }),
  defineRule(withdrawWithin, {
    models: { account, limits },
    emits: deskEvents,
    streams: (payload) => [ofAccount(payload), `limit-${payload.account}`],
    validate: async (payload, { models }) => {
      const { balance } = await models.account.require(payload.account)
      const limit = await models.limits.get(payload.account)
      if (limit !== undefined && limit.amount < payload.amount) return 'It is more than the limit.'
      return balance < payload.amount ? SHORT : undefined
    },
    events: (payload) => [{ type: 'money withdrawn', stream: ofAccount(payload), data: payload }],
    respond: done,
  }),
  defineRule(continueTrail, {
    models: { trails },
    emits: deskEvents,
    stream: (payload) => `trail-${payload.trail}`,
    validate: async (payload, { models }) =>
      (((await models.trails.get(payload.trail))?.value ?? 0) + payload.plus) % 3 === 0 ? 'It rests here.' : undefined,
    events: (payload) => [{ type: 'trail continued', data: payload }],
    respond: done,
  }),
  defineRule(startCase, {
    emits: deskEvents,
    stream: (_, { newId }) => `case-${newId('case')}`,
    events: (_, { newId }) => [{ type: 'case started', data: { case: newId('case') } }],
    respond: done,
  }),
  defineRule(logIn, {
    emits: deskEvents,
    stream: ({ login }) => `login-${login}`,
    events: ({ login }) => {
      const token = randomUUID()
      return { events: [{ type: 'logged in', data: { login, tokenHash: hashOf(token) } }], keep: token }
    },
    respond: ({ events, keep }) => ({ ...done({ events }), token: keep ?? null }),
  }),
]

const ALL = 'all accounts'

const reducer = defineReducer({
  models: { account, owners, guardedOwners, trails, totals },
  events: deskEvents,
  on: {
    'account opened': ({ data }, rows) =>
      rows.account.insert({ id: data.account, owner: data.owner, balance: 0, isOpen: true }),
    'account closed': ({ data }, rows) => rows.account.update(data.account, (row) => ({ ...row, isOpen: false })),
    'owner bound': ({ data }, rows) => rows.owners.put({ id: data.owner, account: data.account }),
    'guarded opened': ({ data }, rows) => rows.guardedOwners.put({ id: data.owner, account: data.account }),
    'money deposited': ({ data }, rows) => {
      rows.account.update(data.account, (row) => ({ ...row, balance: row.balance + data.amount }))
      rows.totals.upsert(ALL, (row) => ({ id: ALL, balance: (row?.balance ?? 0) + data.amount }))
    },
    'money withdrawn': ({ data }, rows) => {
      rows.account.update(data.account, (row) => ({ ...row, balance: row.balance - data.amount }))
      rows.totals.upsert(ALL, (row) => ({ id: ALL, balance: (row?.balance ?? 0) - data.amount }))
    },
    'account given': ({ data }, rows) => rows.account.update(data.account, (row) => ({ ...row, owner: data.to })),
    'trail continued': async ({ data }, rows) => {
      const { value } = (await rows.trails.get(data.trail)) ?? { value: 0 }
      rows.trails.put({ id: data.trail, value: stepOf(value, data) })
    },
  },
})

/** The limits are a module's, so that they are a projection of their own. */
const limitsModule = defineModule({
  name: 'limits',
  sheets: {
    models: [limits],
    reducers: [
      defineReducer({
        models: { limits },
        events: deskEvents,
        on: { 'limit set': ({ data }, rows) => rows.limits.put({ id: data.account, amount: data.amount }) },
      }),
    ],
  },
})

const views = [
  defineView(defineViewContract('account', { service, payload: Named }), {
    models: { account },
    query: (payload, { models }) => models.account.require(payload.account),
  }),
  /** The same money twice: as the rows of the accounts, and as one row that every movement changes. */
  defineView(defineViewContract('bank totals', { service, payload: Nothing }), {
    models: { account, totals },
    query: async (_, { models }) => {
      const rows = await models.account.find({})
      const balance = (await models.totals.get(ALL))?.balance
      return { accounts: rows.length, sum: rows.reduce((sum, row) => sum + row.balance, 0), balance }
    },
  }),
  defineView(
    defineViewContract('trail', {
      service,
      payload: { type: 'object', properties: { trail: text }, required: ['trail'] },
    }),
    {
      models: { trails },
      query: async ({ trail }, { models }) => (await models.trails.get(trail)) ?? { id: trail, value: 0 },
    },
  ),
]

export const deskSheets: Sheets = { rules, reducers: [reducer], views }

/** @param options the service's settings: limits of caches and the like */
export function serviceOptions(options: Readonly<Record<string, unknown>>): Partial<MicroOptions> {
  return { name: service, sheets: deskSheets, modules: [limitsModule], ...options }
}

export const amountOf = ({ data }: RecordedEvent): number => Number(data['amount'])
/** What an event's data says under a name where that is text. */
export const textOf = ({ data }: Pick<RecordedEvent, 'data'>, name: string): string => {
  const value = data[name]
  return typeof value === 'string' ? value : ''
}
export const accountOf = (event: RecordedEvent): string => textOf(event, 'account')
