import {
  defineModule,
  defineReducer,
  defineRule,
  defineView,
  type JsonObject,
  type ModelReader,
  type ModuleDefinition,
  type Sheets,
} from '@micro/core'
import {
  account,
  accountView,
  bankEvents,
  closeAccount,
  depositMoney,
  everything,
  limit,
  logIn,
  login,
  openAccount,
  owner,
  rememberMe,
  setLimit,
  transferMoney,
  welcomeCustomer,
  withdrawMoney,
} from './bank-contracts.ts'
import {
  type AccountRow,
  type Action,
  isNothingToDo,
  type LimitRow,
  type LoginRow,
  objection,
  type OwnerRow,
  type Payload,
  type Rows,
} from './bank-decisions.ts'

interface Readers {
  readonly account?: ModelReader<AccountRow>
  readonly owner?: ModelReader<OwnerRow>
  readonly limit?: ModelReader<LimitRow>
  readonly login?: ModelReader<LoginRow>
}

/** Reads the rows that a payload names, one after the other, as a rule does. */
async function rowsFor(models: Readers, payload: Payload): Promise<Rows> {
  const rows = new Map<string, AccountRow | OwnerRow | LimitRow | LoginRow | undefined>()
  for (const id of [payload.account, payload.from, payload.to])
    if (id !== undefined) {
      rows.set(`account ${id}`, await models.account?.get(id))
      rows.set(`limit ${id}`, await models.limit?.get(id))
    }
  if (payload.owner !== undefined) rows.set(`owner ${payload.owner}`, await models.owner?.get(payload.owner))
  if (payload.login !== undefined) rows.set(`login ${payload.login}`, await models.login?.get(payload.login))
  return {
    account: (id) => rows.get(`account ${id}`) as AccountRow | undefined,
    owner: (id) => rows.get(`owner ${id}`) as OwnerRow | undefined,
    limit: (id) => rows.get(`limit ${id}`) as LimitRow | undefined,
    login: (id) => rows.get(`login ${id}`) as LoginRow | undefined,
  }
}

const refuses =
  (action: Action) =>
  async (payload: Payload, { models }: { readonly models: Readers }): Promise<string | undefined> =>
    objection(action, payload, await rowsFor(models, payload))

/** What every command answers of its events, so that repeats can be compared. */
interface Recorded {
  readonly id: string
  readonly position: number
}
const told = (events: readonly Recorded[]): { readonly ids: readonly string[]; readonly position: number | null } => ({
  ids: events.map(({ id }) => id),
  position: events.at(-1)?.position ?? null,
})

/** Recorded with each event, so that the log tells whose it is. */
const toldBy = (payload: Payload): { readonly payload: JsonObject } => ({ payload: { ...payload } as JsonObject })

const about = ({ account: id, owner: by }: { readonly account: string; readonly owner: string }) => ({
  account: id,
  owner: by,
})

const streamOf = (id: string): string => `account-${id}`
const movement = {
  models: { account },
  emits: bankEvents,
  stream: (payload: { readonly account: string }) => streamOf(payload.account),
}

/** @param drawToken a secret that is another each time it is asked for */
export function bankSheets(drawToken: () => string): Sheets {
  const logInSteps = {
    models: { login },
    emits: bankEvents,
    stream: (payload: { readonly login: string }) => `login-${payload.login}`,
  } as const
  const grant = (payload: { readonly ref: string; readonly login: string }) => {
    const token = drawToken()
    const data = { login: payload.login, tokenHash: hashOf(token) }
    return { events: [{ type: 'logged in' as const, data, user: toldBy(payload) }], keep: token }
  }
  return {
    rules: [
      defineRule(openAccount, {
        models: { account, owner },
        emits: bankEvents,
        streams: (payload) => [streamOf(payload.account), `owner-${payload.owner}`],
        validate: refuses('open account'),
        events: (payload) => [
          { type: 'account opened', stream: streamOf(payload.account), data: about(payload), user: toldBy(payload) },
          { type: 'owner bound', stream: `owner-${payload.owner}`, data: about(payload), user: toldBy(payload) },
        ],
        respond: ({ events }) => told(events),
      }),
      defineRule(closeAccount, {
        models: { account, owner },
        emits: bankEvents,
        streams: (payload) => [`owner-${payload.owner}`, streamOf(payload.account)],
        validate: refuses('close account'),
        events: (payload) => [
          {
            type: 'account closed',
            stream: streamOf(payload.account),
            data: { account: payload.account },
            user: toldBy(payload),
          },
          {
            type: 'owner released',
            stream: `owner-${payload.owner}`,
            data: { owner: payload.owner },
            user: toldBy(payload),
          },
        ],
        respond: ({ events }) => told(events),
      }),
      defineRule(depositMoney, {
        ...movement,
        validate: refuses('deposit money'),
        events: (payload) => [
          {
            type: 'money deposited',
            data: { account: payload.account, amount: payload.amount },
            user: toldBy(payload),
          },
        ],
        respond: async ({ payload, events, models }) => ({
          ...told(events),
          row: await models.account.require(payload.account),
        }),
      }),
      defineRule(withdrawMoney, {
        ...movement,
        models: { account, limit },
        validate: refuses('withdraw money'),
        events: (payload) => [
          {
            type: 'money withdrawn',
            data: { account: payload.account, amount: payload.amount },
            user: toldBy(payload),
          },
        ],
        respond: async ({ payload, events, models }) => ({
          ...told(events),
          row: await models.account.require(payload.account),
        }),
      }),
      defineRule(transferMoney, {
        models: { account, limit },
        emits: bankEvents,
        streams: ({ from, to }) => [streamOf(from), streamOf(to)],
        preValidate: ({ from, to }) => (from === to ? 'Nothing moves from an account to itself.' : undefined),
        validate: refuses('transfer money'),
        events: (payload) => [
          {
            type: 'money deposited',
            stream: streamOf(payload.to),
            data: { account: payload.to, amount: payload.amount },
            user: toldBy(payload),
          },
          {
            type: 'money withdrawn',
            stream: streamOf(payload.from),
            data: { account: payload.from, amount: payload.amount },
            user: toldBy(payload),
          },
        ],
        respond: ({ events }) => told(events),
      }),
      defineRule(setLimit, {
        ...movement,
        models: { account, limit },
        authorize: async ({ payload, models }) =>
          objection('set limit', payload, await rowsFor(models, payload)) ?? true,
        // Nothing to do is a decision too: it must hold when it is answered.
        events: async (payload, { models }) =>
          isNothingToDo('set limit', payload, await rowsFor(models, payload))
            ? []
            : [
                {
                  type: 'limit set',
                  data: { account: payload.account, limit: payload.limit },
                  user: toldBy(payload),
                },
              ],
        respond: ({ events }) => told(events),
      }),
      defineRule(welcomeCustomer, {
        emits: bankEvents,
        stream: (_, { newId }) => streamOf(newId('account')),
        // Views may be asked while deciding; a repeat, which does not decide, must call what follows by the same ids.
        validate: async ({ alike }, { act }) => {
          await act(accountView, { account: alike })
        },
        events: (payload, { newId }) => {
          const id = newId('account')
          return [{ type: 'account opened', data: { account: id, owner: id }, user: toldBy(payload) }]
        },
        respond: async ({ payload, events, act, newId }) => ({
          ...told(events),
          gift: await act(depositMoney, {
            ref: `${payload.ref}/gift`,
            account: newId('account'),
            amount: payload.gift,
          }),
        }),
      }),
      defineRule(logIn, {
        ...logInSteps,
        repeat: 'refuse',
        validate: refuses('log in'),
        events: grant,
        respond: ({ events, keep }) => ({ ...told(events), token: keep ?? null }),
      }),
      defineRule(rememberMe, {
        ...logInSteps,
        validate: refuses('remember me'),
        events: grant,
        respond: ({ events, keep }) => ({ ...told(events), token: keep ?? null }),
      }),
    ],
    reducers: [
      defineReducer({
        models: { account, owner, login },
        events: bankEvents,
        on: {
          'account opened': ({ data }, rows) =>
            rows.account.upsert(data.account, () => ({
              id: data.account,
              owner: data.owner,
              balance: 0,
              isOpen: true,
            })),
          'account closed': ({ data }, rows) => rows.account.update(data.account, (row) => ({ ...row, isOpen: false })),
          'owner bound': ({ data }, rows) => rows.owner.put({ id: data.owner, account: data.account }),
          'owner released': ({ data }, rows) => rows.owner.update(data.owner, (row) => ({ ...row, account: '' })),
          'money deposited': ({ data }, rows) =>
            rows.account.update(data.account, (row) => ({ ...row, balance: row.balance + data.amount })),
          'money withdrawn': ({ data }, rows) =>
            rows.account.update(data.account, (row) => ({ ...row, balance: row.balance - data.amount })),
          'logged in': ({ data }, rows) =>
            rows.login.upsert(data.login, (row) => ({
              id: data.login,
              tokenHash: data.tokenHash,
              times: (row?.times ?? 0) + 1,
            })),
        },
      }),
    ],
    views: [
      defineView(accountView, {
        models: { account, limit },
        query: async (payload, { models }) => ({
          account: (await models.account.get(payload.account)) ?? null,
          limit: (await models.limit.get(payload.account)) ?? null,
        }),
      }),
      defineView(everything, {
        models: { account, owner, limit, login },
        query: async (_, { models }) => ({
          account: await models.account.find({}),
          owner: await models.owner.find({}),
          limit: await models.limit.find({}),
          login: await models.login.find({}),
        }),
      }),
    ],
  }
}

/** The limits are a module's, so that they are a projection of their own. */
export const limitsModule: ModuleDefinition = defineModule({
  name: 'limits',
  scope: 'shared',
  sheets: {
    models: [limit],
    reducers: [
      defineReducer({
        models: { limit },
        events: bankEvents,
        on: { 'limit set': ({ data }, rows) => rows.limit.put({ id: data.account, limit: data.limit }) },
      }),
    ],
  },
})

/** Good enough to tell tokens apart; nobody has to be kept from turning it round. */
export const hashOf = (token: string): string => `hash of ${token}`
