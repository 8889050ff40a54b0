import { randomUUID } from 'node:crypto'
import { defineModule, defineReducer, defineRule } from '@micro/core'
import { describe, expect, it } from 'vitest'
import { scenario } from '../src/index.ts'
import { account, accountEvents, accountReducer, depositMoney, openAccount, openRule } from './support/bank.ts'
import { bank, deposited, opened, withReducer, withRules } from './support/bank-scenario.ts'

describe('the checks of every scenario', () => {
  const given = [opened('a'), deposited('a', 3)]

  it.each([
    ['Date.now()', () => Date.now()],
    ['new Date()', () => new Date().getTime()],
    ['Math.random()', () => Math.random()],
    ['performance.now()', () => performance.now()],
    ['crypto.randomUUID()', () => crypto.randomUUID().length],
  ])('fail a reducer that asks %s', async (what, ask) => {
    const reducer = {
      ...accountReducer,
      on: {
        ...accountReducer.on,
        'money deposited': (...args: never[]) => {
          ask()
          return (accountReducer.on['money deposited'] as (...all: never[]) => void)(...args)
        },
      },
    }
    const run = bank(withReducer(reducer)).given(given).when(depositMoney, { account: 'a', amount: 4 })
    await expect(run.thenResponds({ balance: 7 })).rejects.toThrow(`The reducer of "money deposited" asks ${what}: `)
  })

  it('fail a reducer whose update asks, and one of a module', async () => {
    const reducer = defineReducer({
      models: { account },
      events: accountEvents,
      on: {
        'account opened': ({ data }, models) => {
          models.account.insert({ id: data.account, owner: data.owner, balance: 0, isClosed: false })
          models.account.update(data.account, (row) => ({ ...row, isClosed: Math.random() > 2 }))
        },
      },
    })
    const rules = [openRule]
    const written = [{ type: 'account opened', data: { account: 'a', owner: 'ann' } }] as const
    const own = scenario({ name: 'bank', sheets: { rules, reducers: [reducer] } })
    const message = 'The reducer of "account opened" asks Math.random()'
    await expect(own.when(openAccount, written[0].data).then(written)).rejects.toThrow(message)
    const modules = [defineModule({ name: 'accounts', sheets: { reducers: [reducer] } })]
    const composed = scenario({ name: 'bank', sheets: { rules }, modules })
    await expect(composed.when(openAccount, written[0].data).then(written)).rejects.toThrow(message)
  })

  it('let a reducer read the time of the event', async () => {
    const reducer = defineReducer({
      models: { account },
      events: accountEvents,
      on: {
        'account opened': ({ data, time }, models) =>
          models.account.put({
            id: data.account,
            owner: data.owner,
            balance: new Date(time).getTime(),
            isClosed: false,
          }),
      },
    })
    await expect(
      bank(withReducer(reducer))
        .when(openAccount, { account: 'a', owner: 'ann' })
        .then([{ type: 'account opened', data: { account: 'a', owner: 'ann' } }]),
    ).resolves.toBeDefined()
  })

  it('leave the clock and chance of the process as they were', async () => {
    const before = [Reflect.get(Date, 'now'), Reflect.get(Math, 'random'), Date]
    await bank().given(given).when(depositMoney, { account: 'a', amount: 4 }).thenResponds({ balance: 7 })
    expect([Reflect.get(Date, 'now'), Reflect.get(Math, 'random'), Date]).toEqual(before)
    expect(Object.hasOwn(performance, 'now')).toBe(false)
    expect(Object.hasOwn(crypto, 'randomUUID')).toBe(false)
  })

  let calls = 0
  it.each<[string, (owner: string) => string | Promise<string>]>([
    ['draws ids from node:crypto', () => randomUUID()],
    ['remembers what it did before', () => `call ${calls++}`],
    [
      'asks the clock after an await',
      async () => {
        await Promise.resolve()
        return String(Date.now())
      },
    ],
  ])('fail a reducer that %s: its log is replayed twice', async (_, ownerOf) => {
    const reducer = defineReducer({
      models: { account },
      events: accountEvents,
      on: {
        'account opened': async ({ data }, models) => {
          models.account.put({ id: data.account, owner: await ownerOf(data.owner), balance: 0, isClosed: false })
        },
      },
    })
    const run = bank(withReducer(reducer)).when(openAccount, { account: 'a', owner: 'ann' })
    await expect(run.then([{ type: 'account opened', data: { account: 'a', owner: 'ann' } }])).rejects.toThrow(
      /Model "account" is another one when its log is replayed: \{"id":"a"[^]*was[^]*A reducer must be pure/,
    )
  })

  it('fail rows that are not as their schema says', async () => {
    const reducer = defineReducer({
      models: { account },
      events: accountEvents,
      on: {
        'account opened': ({ data }, models) =>
          models.account.put({ id: data.account, owner: data.owner, balance: 0 } as never),
      },
    })
    const run = bank(withReducer(reducer)).when(openAccount, { account: 'a', owner: 'ann' })
    await expect(run.then([{ type: 'account opened', data: { account: 'a', owner: 'ann' } }])).rejects.toThrow(
      /A row of model "account" is not as its schema says[^]*isClosed/,
    )
  })

  let asked = 0
  it.each<[string, () => string, RegExp]>([
    [
      'counts',
      () => String(asked++),
      /The streams of "deposit money" are "account-a-\d+", and "account-a-\d+" when asked again/,
    ],
    ['asks the clock', () => String(Date.now()), /The streams of "deposit money" depend on Date\.now\(\)/],
    ['draws', () => String(Math.random()), /The streams of "deposit money" depend on Math\.random\(\)/],
  ])('fail a rule whose stream %s', async (_, suffix, message) => {
    const rule = defineRule(depositMoney, {
      emits: accountEvents,
      stream: (payload) => `account-${payload.account}-${suffix()}`,
      events: (payload) => [{ type: 'money deposited', data: payload }],
      respond: () => ({ balance: 0 }),
    })
    const run = bank(withRules(rule)).given(given).when(depositMoney, { account: 'a', amount: 1 })
    await expect(run.thenResponds({ balance: 0 })).rejects.toThrow(message)
  })

  it('let a stream be named by an id that is derived from the command', async () => {
    const rule = defineRule(openAccount, {
      emits: accountEvents,
      stream: (_, context) => `account-${context.newId('account')}`,
      events: (payload) => [{ type: 'account opened', data: payload }],
    })
    await expect(
      bank(withRules(rule))
        .when(openAccount, { account: 'a', owner: 'ann' })
        .then([{ type: 'account opened', data: { account: 'a', owner: 'ann' } }]),
    ).resolves.toBeDefined()
  })
})
