import {
  createMicro,
  defineCommand,
  defineEvents,
  defineModel,
  defineModule,
  defineReducer,
  defineRule,
  defineView,
  defineViewContract,
  type Logger,
  type Micro,
  type MicroOptions,
  type Sheets,
  type ViewDefinition,
} from '@micro/core'

const AccountId = { type: 'string', minLength: 1, maxLength: 64, description: 'Id of an account' } as const
const Amount = { type: 'integer', minimum: 1, maximum: 100_000_000, description: 'Cents' } as const
const Opened = {
  type: 'object',
  properties: { account: AccountId, owner: { type: 'string', minLength: 1, maxLength: 100 } },
  required: ['account', 'owner'],
} as const
const Movement = {
  type: 'object',
  properties: { account: AccountId, amount: Amount },
  required: ['account', 'amount'],
} as const
const Account = {
  type: 'object',
  properties: { account: AccountId, owner: { type: 'string' }, balance: { type: 'integer' } },
  required: ['account', 'owner', 'balance'],
} as const

const openAccount = defineCommand('open account', {
  service: 'bank',
  payload: Opened,
  description: 'Opens an empty account.',
})
const depositMoney = defineCommand('deposit money', { service: 'bank', payload: Movement, response: Account })
const withdrawMoney = defineCommand('withdraw money', { service: 'bank', payload: Movement, response: Account })
const accountView = defineViewContract('account', {
  service: 'bank',
  payload: { type: 'object', properties: { account: AccountId }, required: ['account'] },
  response: Account,
})
const accountsByOwner = defineViewContract('accounts by owner', {
  service: 'bank',
  payload: { type: 'object', properties: { owner: { type: 'string' } }, required: ['owner'] },
  response: { type: 'array', items: Account },
})

const accountEvents = defineEvents({
  'account opened': Opened,
  'money deposited': Movement,
  'money withdrawn': Movement,
})
const account = defineModel('account', { key: 'account', schema: Account, indexes: ['owner'] })

const streamOf = (payload: { readonly account: string }): string => `account-${payload.account}`

const sheets: Sheets = {
  rules: [
    defineRule(openAccount, {
      models: { account },
      emits: accountEvents,
      stream: streamOf,
      validate: async (payload, { models }) =>
        (await models.account.get(payload.account)) === undefined ? undefined : 'The account exists already.',
      events: (payload) => [{ type: 'account opened', data: payload }],
    }),
    defineRule(depositMoney, {
      models: { account },
      emits: accountEvents,
      stream: streamOf,
      validate: async (payload, { models }) => void (await models.account.require(payload.account)),
      events: (payload) => [{ type: 'money deposited', data: payload }],
      respond: ({ payload, models }) => models.account.require(payload.account),
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
      respond: ({ payload, models }) => models.account.require(payload.account),
    }),
  ],
  reducers: [
    defineReducer({
      models: { account },
      events: accountEvents,
      on: {
        'account opened': ({ data }, models) => models.account.insert({ ...data, balance: 0 }),
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
    defineView(accountsByOwner, {
      models: { account },
      query: ({ owner }, { models }) => models.account.find({ owner }),
    }),
  ],
}

/** A bank that has not started yet, on memory adapters unless told otherwise; with a view `broken` if told what it does. */
export function makeBank(options: Partial<MicroOptions> = {}, answerBroken?: (signal: AbortSignal) => unknown): Micro {
  const views = [...(sheets.views ?? []), ...(answerBroken === undefined ? [] : [brokenView(answerBroken)])]
  return createMicro({ name: 'bank', version: '1.2.3', sheets: { ...sheets, views }, modules: [silence], ...options })
}

/** Failures that a test provokes are not for whoever reads its output. */
const silence = defineModule({ name: 'silence', scope: 'shared', provides: 'logger', create: () => silentLogger })

const ignore = (): void => undefined
const silentLogger: Logger = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  fatal: ignore,
  child: () => silentLogger,
  flush: () => Promise.resolve(),
}

function brokenView(answer: (signal: AbortSignal) => unknown): ViewDefinition {
  const contract = defineViewContract('broken', { service: 'bank', payload: { type: 'object', properties: {} } })
  return defineView(contract, { query: (_payload, { signal }) => answer(signal) })
}
