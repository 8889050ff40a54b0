import {
  defineCommand,
  defineEvents,
  defineModel,
  defineReducer,
  defineRule,
  type ReducerDefinition,
  type Sheets,
} from '@micro/core'
import { describe, expect, it } from 'vitest'
import { scenario } from '../src/index.ts'
import {
  account,
  accountEvents,
  accountReducer,
  closeAccount,
  depositMoney,
  openAccount,
  streamOf,
  transferMoney,
} from './support/bank.ts'
import { bank, deposited, opened, withRules } from './support/bank-scenario.ts'

describe('the check of what a rule decides on', () => {
  const given = [opened('a'), opened('b'), deposited('a', 10)]
  const payload = { account: 'a', amount: 1 }
  const written = [{ type: 'money deposited', data: payload }] as const

  /** A deposit that first reads something it should not decide on. */
  const reading = (
    read: NonNullable<
      Parameters<typeof defineRule<typeof payload, { balance: number }, { account: typeof account }>>[1]['validate']
    >,
  ): Sheets =>
    withRules(
      defineRule(depositMoney, {
        models: { account },
        emits: accountEvents,
        stream: streamOf,
        validate: read as never,
        events: (asked) => [{ type: 'money deposited', data: asked }],
        respond: () => ({ balance: 0 }),
      }),
    )

  it.each<[string, Sheets]>([
    [
      'get',
      reading(async (_, { models }) => {
        await models.account.get('b')
      }),
    ],
    [
      'require',
      reading(async (_, { models }) => {
        await models.account.require('b')
      }),
    ],
    [
      'find',
      reading(async (_, { models }) => {
        await models.account.find({ owner: 'ann' })
      }),
    ],
    [
      'count',
      reading(async (_, { models }) => {
        await models.account.count({ id: 'b' })
      }),
    ],
  ])('fails a rule that reads, by %s, a row of a stream that it does not name', async (_, sheets) => {
    const run = bank(sheets).given(given).when(depositMoney, payload)
    await expect(run.then([...written])).rejects.toThrow(
      /The rule "deposit money" decides on account "b", which events in the stream "account-b" have changed; the rule names the stream "account-a"\..*Name that stream too.*lookups/,
    )
  })

  it('also when the command is refused, and when authorize reads it', async () => {
    const refusing = reading(async (_, { models }) =>
      (await models.account.get('b')) === undefined ? undefined : 'No.',
    )
    await expect(
      bank(refusing).given(given).when(depositMoney, payload).thenRejects('MICRO_RULE_BROKEN'),
    ).rejects.toThrow(/decides on account "b"/)
    const authorizing = withRules(
      defineRule(depositMoney, {
        models: { account },
        emits: accountEvents,
        stream: streamOf,
        authorize: async ({ models }) => (await models.account.get('b')) !== undefined,
        events: (asked) => [{ type: 'money deposited', data: asked }],
        respond: () => ({ balance: 0 }),
      }),
    )
    await expect(
      bank(authorizing)
        .given(given)
        .when(depositMoney, payload)
        .then([...written]),
    ).rejects.toThrow(/decides on account "b"/)
  })

  it('passes the same reads under lookups, and in respond', async () => {
    const rule = defineRule(depositMoney, {
      models: { account },
      lookups: { account },
      emits: accountEvents,
      stream: streamOf,
      validate: async (_, { lookups }) => {
        await lookups.account.require('b')
      },
      events: (asked) => [{ type: 'money deposited', data: asked }],
      respond: async ({ models }) => ({ balance: (await models.account.require('b')).balance }),
    })
    await expect(
      bank(withRules(rule))
        .given(given)
        .when(depositMoney, payload)
        .then([...written]),
    ).resolves.toBeDefined()
  })

  it('follows rows through reducers that read other rows', async () => {
    const total = defineModel('total', {
      key: 'id',
      schema: {
        type: 'object',
        properties: { id: { type: 'string' }, balance: { type: 'integer' } },
        required: ['id', 'balance'],
      },
    })
    const totals = defineReducer({
      models: { account, total },
      events: accountEvents,
      on: {
        'account opened': ({ data }, models) =>
          models.account.put({ id: data.account, owner: data.owner, balance: 0, isClosed: false }),
        'account closed': async ({ data }, models) => {
          const rows = await models.account.find({})
          models.total.upsert(data.account, () => ({ id: data.account, balance: rows.length }))
        },
      },
    })
    const rule = defineRule(depositMoney, {
      models: { total },
      emits: accountEvents,
      stream: streamOf,
      validate: async (asked, { models }) => {
        await models.total.get(asked.account)
      },
      events: (asked) => [{ type: 'money deposited', data: asked }],
      respond: () => ({ balance: 0 }),
    })
    const sheets = { ...withRules(rule), reducers: [totals], views: [], rules: [rule] }
    const run = bank(sheets).given([
      opened('a'),
      opened('b'),
      { stream: 'account-a', type: 'account closed', data: { account: 'a' } },
    ])
    await expect(run.when(depositMoney, payload).then([...written])).rejects.toThrow(
      /decides on total "a", which events in the stream "account-b" have changed/,
    )
  })

  it('counts the absence of a row that was removed as of its streams', async () => {
    const reducer: ReducerDefinition = {
      ...accountReducer,
      on: {
        ...accountReducer.on,
        'account closed': ({ data }, models) =>
          (models['account'] as { remove(key: string): void }).remove((data as { account: string }).account),
      },
    }
    const sheets = {
      ...reading(async (_, { models }) => {
        await models.account.get('b')
      }),
      reducers: [reducer],
    }
    const run = bank(sheets).given([...given, { stream: 'account-b', type: 'account closed', data: { account: 'b' } }])
    await expect(run.when(depositMoney, payload).then([...written])).rejects.toThrow(/decides on account "b"/)
  })
})

// Reliability test 98: commands that exclude each other.
describe('two commands that exclude each other', () => {
  const given = [opened('a'), opened('b', 'bob'), deposited('a', 10)]
  const moved = { from: 'a', to: 'b', amount: 4 }
  const transferred = defineEvents({
    'money transferred': {
      type: 'object',
      properties: { from: { type: 'string' }, to: { type: 'string' }, amount: { type: 'integer' } },
      required: ['from', 'to', 'amount'],
    },
  })
  const guarding = defineRule(transferMoney, {
    models: { account },
    emits: transferred,
    streams: ({ from, to }) => [`account-${from}`, `account-${to}`],
    validate: async ({ from, to, amount }, { models }) => {
      if ((await models.account.require(to)).isClosed) return 'The account is closed.'
      return (await models.account.require(from)).balance < amount ? 'There is not enough money.' : undefined
    },
    events: (data) => [{ type: 'money transferred', stream: `account-${data.from}`, data }],
  })
  const movingBoth = defineReducer({
    models: { account },
    events: transferred,
    on: {
      'money transferred': ({ data }, models) => {
        models.account.update(data.from, (row) => ({ ...row, balance: row.balance - data.amount }))
        models.account.update(data.to, (row) => ({ ...row, balance: row.balance + data.amount }))
      },
    },
  })
  const sheets: Sheets = { ...withRules(guarding), reducers: [accountReducer, movingBoth] }

  it('transfer and close: passes the rule that writes into both accounts', async () => {
    await bank()
      .given(given)
      .when(transferMoney, moved)
      .then([
        { type: 'money withdrawn', data: { account: 'a', amount: 4 } },
        { type: 'money deposited', data: { account: 'b', amount: 4 } },
      ])
    await expect(
      bank()
        .given(given)
        .when(closeAccount, { account: 'b' })
        .then([{ type: 'account closed', data: { account: 'b' } }]),
    ).resolves.toBeDefined()
  })

  it('transfer and close: fails the rule that only guards the account that is paid into', async () => {
    const run = scenario({ name: 'bank', sheets })
      .given(given.map((event) => ({ ...event, data: { ...event.data } })))
      .when(transferMoney, moved)
    await expect(run.then([{ type: 'money transferred', data: moved }])).rejects.toThrow(
      /The rule "transfer money" changes account "b" with the event "money transferred" in the stream "account-a", and only guards the stream "account-b"/,
    )
  })

  it('transfer and close: fails the close that decides on a balance which such a transfer has changed', async () => {
    const past = [
      ...given.map((event) => ({ ...event, data: { ...event.data } })),
      { stream: 'account-a', type: 'money transferred', data: moved },
    ]
    const run = scenario({ name: 'bank', sheets }).given(past).when(closeAccount, { account: 'b' })
    await expect(run.thenRejects('MICRO_RULE_BROKEN')).rejects.toThrow(
      /"close account" decides on account "b", which events in the stream "account-a" have changed/,
    )
  })

  const signUpContract = defineCommand('sign up', {
    service: 'bank',
    payload: {
      type: 'object',
      properties: { account: { type: 'string' }, owner: { type: 'string' } },
      required: ['account', 'owner'],
    },
  })
  const ownerEvents = defineEvents({
    'account opened': accountEvents.schemas['account opened'] as never,
    'owner taken': { type: 'object', properties: { owner: { type: 'string' } }, required: ['owner'] },
  })
  const owner = defineModel('owner', {
    key: 'id',
    schema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  })
  const signUp = { account: 'c', owner: 'cid' }

  /** One account for each owner; `claims` tells whether the owner's stream is written to. */
  function signUpSheets(claims: boolean): Sheets {
    const rule = defineRule(signUpContract, {
      models: { owner },
      emits: ownerEvents,
      streams: (asked) => [`account-${asked.account}`, `owner-${asked.owner}`],
      validate: async (asked, { models }) =>
        (await models.owner.get(asked.owner)) === undefined ? undefined : 'You have an account.',
      events: (asked) => [
        { type: 'account opened', stream: `account-${asked.account}`, data: asked as never },
        ...(claims
          ? [{ type: 'owner taken' as const, stream: `owner-${asked.owner}`, data: { owner: asked.owner } }]
          : []),
      ],
    })
    const owners = claims
      ? defineReducer({
          models: { owner },
          events: ownerEvents,
          on: { 'owner taken': ({ data }, models) => models.owner.put({ id: data.owner }) },
        })
      : defineReducer({
          models: { owner },
          events: accountEvents,
          on: { 'account opened': ({ data }, models) => models.owner.put({ id: data.owner }) },
        })
    return { rules: [rule], reducers: [owners] }
  }

  it('one account for each owner: passes the rule that begins the owner’s own stream', async () => {
    await scenario({ name: 'bank', sheets: signUpSheets(true) })
      .when(signUpContract, signUp)
      .then([
        { type: 'account opened', data: signUp },
        { type: 'owner taken', data: { owner: 'cid' } },
      ])
    const again = scenario({ name: 'bank', sheets: signUpSheets(true) }).given([
      { stream: 'owner-cid', type: 'owner taken', data: { owner: 'cid' } },
    ])
    await expect(
      again.when(signUpContract, signUp).thenRejects('MICRO_RULE_BROKEN', 'You have an account.'),
    ).resolves.toBeUndefined()
  })

  it('one account for each owner: fails the rule that only guards the owner’s stream', async () => {
    const run = scenario({ name: 'bank', sheets: signUpSheets(false) }).when(signUpContract, signUp)
    await expect(run.then([{ type: 'account opened', data: signUp }])).rejects.toThrow(
      /The rule "sign up" only guards the stream "owner-cid", and its own events make what it must not find: owner "cid"\. .*two such commands at once would both pass/,
    )
  })

  it.each([
    ['whose row it reads', [opened('b')]],
    ['whose row it looked for and did not find', []],
  ])('passes a rule that begins a stream and guards another %s', async (_, before) => {
    const rule = defineRule(openAccount, {
      models: { account },
      emits: accountEvents,
      streams: (asked) => [`account-${asked.account}`, 'account-b'],
      validate: async (asked, { models }) => {
        await models.account.get('b')
        return (await models.account.get(asked.account)) === undefined ? undefined : 'The account exists already.'
      },
      events: (data) => [{ type: 'account opened', stream: `account-${data.account}`, data }],
    })
    const asked = { account: 'c', owner: 'cid' }
    const run = bank(withRules(rule)).given(before).when(openAccount, asked)
    await expect(run.then([{ type: 'account opened', data: asked }])).resolves.toBeDefined()
  })

  it('passes a guard of a stream whose row the rule reads and does not change', async () => {
    const rule = defineRule(depositMoney, {
      models: { account },
      emits: accountEvents,
      streams: (asked) => [`account-${asked.account}`, 'account-b'],
      validate: async (asked, { models }) => {
        await models.account.require(asked.account)
        await models.account.require('b')
      },
      events: (data) => [{ type: 'money deposited', stream: `account-${data.account}`, data }],
      respond: () => ({ balance: 0 }),
    })
    await expect(
      bank(withRules(rule)).given(given).when(depositMoney, { account: 'a', amount: 1 }).thenResponds({ balance: 0 }),
    ).resolves.toBeDefined()
  })
})
