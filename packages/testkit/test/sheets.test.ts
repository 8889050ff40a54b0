import { AssertionError } from 'node:assert'
import { defineEvents, defineModel, defineModule, defineReducer, defineRule, identityOf, MicroError } from '@micro/core'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { scenario, type When } from '../src/index.ts'
import {
  accountEvents,
  accountView,
  bankSheets,
  closeAccount,
  depositMoney,
  depositRule,
  openAccount,
  streamOf,
  transferMoney,
  withdrawMoney,
} from './support/bank.ts'
import { bank, deposited, opened, withRules, type BankEvents } from './support/bank-scenario.ts'

describe('scenario', () => {
  it('passes a command that writes what is expected', async () => {
    const { events, response } = await bank()
      .given([opened('a'), deposited('a', 10)])
      .when(withdrawMoney, { account: 'a', amount: 4 })
      .then([{ type: 'money withdrawn', stream: 'account-a', data: { account: 'a', amount: 4 } }])
    expect(response).toEqual({ balance: 6 })
    expectTypeOf(response).toEqualTypeOf<{ readonly balance: number }>()
    expect(events).toMatchObject([{ type: 'money withdrawn', revision: 2, metadata: { rule: 'withdraw money' } }])
  })

  it('passes commands over several streams, and without anything given', async () => {
    await bank()
      .when(openAccount, { account: 'a', owner: 'ann' })
      .then([{ type: 'account opened', data: { account: 'a', owner: 'ann' } }])
    await expect(
      bank()
        .given([opened('a'), opened('b'), deposited('a', 10)])
        .when(transferMoney, { from: 'a', to: 'b', amount: 4 })
        .then([
          { type: 'money withdrawn', stream: 'account-a', data: { account: 'a', amount: 4 } },
          { type: 'money deposited', stream: 'account-b', data: { account: 'b', amount: 4 } },
        ]),
    ).resolves.toBeDefined()
  })

  it('passes refusals, responses and views', async () => {
    const given: When<BankEvents> = bank().given([opened('a'), deposited('a', 3)])
    await given.when(withdrawMoney, { account: 'a', amount: 4 }).thenRejects('MICRO_RULE_BROKEN', /enough money/)
    await given.when(withdrawMoney, { account: 'a', amount: 4 }).thenRejects('MICRO_RULE_BROKEN', 'enough money')
    await given.when(withdrawMoney, { account: 'x', amount: 4 }).thenRejects('MICRO_NOT_FOUND')
    await given.when(withdrawMoney, { account: 'a', amount: 0 }).thenRejects('MICRO_INVALID')
    await given.when(depositMoney, { account: 'a', amount: 4 }).thenResponds({ balance: 7 })
    await given.when(accountView, { account: 'a' }).thenResponds({ id: 'a', owner: 'ann', balance: 3, isClosed: false })
    await expect(given.when(accountView, { account: 'a' }).then([])).resolves.toBeDefined()
  })

  it('hands identity and command id to the rule', async () => {
    const rule = defineRule(depositMoney, {
      emits: accountEvents,
      stream: streamOf,
      authorize: ({ identity }) => identity.can('deposit') || 'Only tellers may.',
      events: (payload, { commandId }) => [{ type: 'money deposited', data: payload, user: { commandId } }],
      respond: () => ({ balance: 1 }),
    })
    const given = bank(withRules(rule)).given([opened('a')])
    await given.when(depositMoney, { account: 'a', amount: 4 }).thenRejects('MICRO_FORBIDDEN', 'Only tellers may.')
    const identity = identityOf('tina', ['deposit'])
    const { events } = await given
      .when(depositMoney, { account: 'a', amount: 4 }, { identity, commandId: 'mine' })
      .thenResponds({ balance: 1 })
    expect(events[0]?.metadata).toMatchObject({ subject: 'tina', user: { commandId: events[0]?.id } })
  })

  it('knows events of other services and of modules', async () => {
    const branchEvents = defineEvents(
      { 'branch closed': { type: 'object', properties: { branch: { type: 'string' } }, required: ['branch'] } },
      { service: 'branches' },
    )
    const branch = defineModel('branch', {
      key: 'id',
      schema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
    })
    const branches = defineModule({
      name: 'branch list',
      sheets: {
        reducers: [
          defineReducer({
            models: { branch },
            events: branchEvents,
            on: { 'branch closed': ({ data }, models) => models.branch.put({ id: data.branch }) },
          }),
        ],
      },
    })
    const rule = defineRule(depositMoney, {
      lookups: { branch },
      emits: accountEvents,
      stream: streamOf,
      validate: async (_, { lookups }) =>
        (await lookups.branch.get('north')) === undefined ? undefined : 'The branch is closed.',
      events: (payload) => [{ type: 'money deposited', data: payload }],
      respond: () => ({ balance: 1 }),
    })
    await expect(
      scenario({ name: 'bank', sheets: withRules(rule), modules: [branches] })
        .given([
          { stream: 'account-a', type: 'account opened', data: { account: 'a', owner: 'ann' } },
          { stream: 'branch-north', type: 'branch closed', data: { branch: 'north' }, service: 'branches' },
        ])
        .when(depositMoney, { account: 'a', amount: 1 })
        .thenRejects('MICRO_RULE_BROKEN', 'The branch is closed.'),
    ).resolves.toBeUndefined()
  })

  it('is typed by the contract and the events', () => {
    const given = bank().given([opened('a')])
    const halfOpened = [{ type: 'account opened', data: { account: 'a' } }] as const
    const deposit = { account: 'a', amount: 1 }
    const tries = (): void => {
      // @ts-expect-error the payload misses its amount
      given.when(depositMoney, { account: 'a' })
      // @ts-expect-error there is no such event
      bank().given([{ stream: 'a', type: 'account broken', data: {} }])
      // @ts-expect-error the data misses its owner
      void given.when(depositMoney, deposit).then(halfOpened)
      // @ts-expect-error a balance is a number
      void given.when(depositMoney, deposit).thenResponds({ balance: 'much' })
    }
    expect(tries).toBeTypeOf('function')
  })
})

describe('a scenario that fails', () => {
  const given = bank().given([opened('a'), deposited('a', 3)])
  const deposit = given.when(depositMoney, { account: 'a', amount: 4 })
  const overdraw = given.when(withdrawMoney, { account: 'a', amount: 4 })

  it('shows other events as a difference, with the seed', async () => {
    const failed = deposit.then([{ type: 'money deposited', data: { account: 'a', amount: 5 } }])
    await expect(failed).rejects.toThrow(AssertionError)
    await expect(failed).rejects.toThrow(/the events are not as expected \(seed 1\)[^]*amount: 4[^]*amount: 5/)
    await expect(deposit.then([])).rejects.toThrow(/not as expected/)
    await expect(
      deposit.then([{ type: 'money deposited', stream: 'account-b', data: { account: 'a', amount: 4 } }]),
    ).rejects.toThrow(/account-b/)
  })

  it('says why the command was refused', async () => {
    await expect(overdraw.then([])).rejects.toThrow(
      /was refused: it was MICRO_RULE_BROKEN "There is not enough money." \(seed 1\)/,
    )
    await expect(overdraw.thenResponds({ balance: 0 })).rejects.toThrow(/not enough money/)
  })

  it('says what came instead of the refusal', async () => {
    await expect(deposit.thenRejects('MICRO_RULE_BROKEN')).rejects.toThrow(
      /succeeded with the events "money deposited"/,
    )
    await expect(overdraw.thenRejects('MICRO_NOT_FOUND')).rejects.toThrow(
      /MICRO_NOT_FOUND was expected: it was MICRO_RULE_BROKEN/,
    )
    await expect(overdraw.thenRejects('MICRO_RULE_BROKEN', /closed/)).rejects.toThrow(/not enough money/)
  })

  it('does not take for a refusal what wrote something all the same', async () => {
    const rule = defineRule(closeAccount, {
      respond: async ({ act }) => {
        await act(depositMoney, { account: 'a', amount: 1 })
        throw new MicroError('MICRO_RULE_BROKEN', 'Too late.')
      },
    })
    const run = bank(withRules(rule))
      .given([opened('a')])
      .when(closeAccount, { account: 'a' })
    await expect(run.thenRejects('MICRO_RULE_BROKEN')).rejects.toThrow(
      /wrote the events "money deposited" all the same/,
    )
  })

  it('shows another response as a difference', async () => {
    await expect(deposit.thenResponds({ balance: 8 })).rejects.toThrow(/the response is not as expected/)
  })

  it('shows what a rule threw, which callers do not see', async () => {
    const rule = defineRule(depositMoney, {
      emits: accountEvents,
      stream: streamOf,
      events: () => {
        throw new RangeError('cannot count that far')
      },
    })
    const broken = bank(withRules(rule))
      .given([opened('a')])
      .when(depositMoney, { account: 'a', amount: 1 })
    await expect(broken.then([])).rejects.toThrow(/MICRO_INTERNAL[^]*It threw: RangeError: cannot count that far/)
  })

  it('tells a given event that no sheet defines, and one with wrong data', async () => {
    const plain = scenario({ name: 'bank', sheets: bankSheets })
    const when = (type: string, data: never): Promise<unknown> =>
      plain
        .given([{ stream: 'account-a', type, data }])
        .when(accountView, { account: 'a' })
        .thenResponds({})
    await expect(when('account broken', {} as never)).rejects.toThrow(
      /given event 0, "account broken": no sheet of "bank" defines this event/,
    )
    await expect(when('account opened', { account: 'a' } as never)).rejects.toThrow(
      /given event 0, "account opened": its data is not as its schema says/,
    )
  })

  it('does not pass when nothing is expected', async () => {
    const awaited = Promise.resolve(deposit as unknown)
    await expect(awaited).rejects.toThrow(/Say what must come of the command/)
  })

  it('tells models that have halted, with the reason', async () => {
    const twice = bank()
      .given([deposited('nobody', 1)])
      .when(openAccount, { account: 'a', owner: 'ann' })
    await expect(twice.then([])).rejects.toThrow(
      /cannot take the event "money deposited"[^]*there is no account "nobody"/,
    )
  })
})

it('a rule that throws a typed error of its own is expected by its code', async () => {
  const rule = {
    ...depositRule,
    steps: {
      ...depositRule.steps,
      validate: () => {
        throw new MicroError('MICRO_RULE_BROKEN', 'Not today.')
      },
    },
  }
  await expect(
    bank(withRules(rule))
      .given([opened('a')])
      .when(depositMoney, { account: 'a', amount: 1 })
      .thenRejects('MICRO_RULE_BROKEN', 'Not today.'),
  ).resolves.toBeUndefined()
})
