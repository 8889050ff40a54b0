import { describe, expect, it } from 'vitest'
import {
  defineCommand,
  defineRule,
  isMicroError,
  memoryEventStore,
  memoryProjectionStore,
  type Micro,
  type MicroOptions,
} from '@micro/core'
import {
  account,
  accountEvents,
  accountView,
  bankSheets,
  depositMoney,
  openAccount,
  transferMoney,
  withdrawMoney,
} from './support/bank.ts'
import { startedBanks } from './support/started-banks.ts'
import { decorated, Gate, lagging } from './support/decorated-store.ts'
import { eventsOf } from './support/events-of.ts'

const banks = startedBanks()
const bank = (options?: Partial<MicroOptions>): Promise<Micro> => banks.start(options)

describe('two instances over one log', () => {
  it('never refuse a withdrawal because of a deposit that one of them has not seen', async () => {
    const store = memoryEventStore()
    const gate = new Gate()
    const near = await bank({ store })
    const far = await bank({ store: lagging(store, gate) })
    await near.act(openAccount, { account: 'alice', owner: 'Alice' })
    await far.act(depositMoney, { account: 'alice', amount: 1 })
    gate.shut()
    await near.act(depositMoney, { account: 'alice', amount: 10 })
    // The far one still sees 1, and by itself would refuse.
    const withdrawal = far.act(withdrawMoney, { account: 'alice', amount: 11 })
    gate.open()
    await expect(withdrawal).resolves.toEqual({ balance: 0 })
  })

  it('confirm a decision without events likewise', async () => {
    const store = memoryEventStore()
    const gate = new Gate()
    const payOut = defineCommand('pay out', {
      service: 'bank',
      payload: { type: 'object', properties: { account: { type: 'string' } }, required: ['account'] },
    })
    const rule = defineRule(payOut, {
      models: { account },
      emits: accountEvents,
      stream: (payload) => `account-${payload.account}`,
      events: async (payload, { models }) => {
        const { balance } = await models.account.require(payload.account)
        return balance === 0 ? [] : [{ type: 'money withdrawn', data: { account: payload.account, amount: balance } }]
      },
      respond: ({ events }) => ({ paid: events.length }),
    })
    const sheets = { ...bankSheets, rules: [...(bankSheets.rules ?? []), rule] }
    const near = await bank({ store, sheets })
    const far = await bank({ store: lagging(store, gate), sheets })
    await near.act(openAccount, { account: 'alice', owner: 'Alice' })
    await expect(far.act(payOut, { account: 'alice' })).resolves.toEqual({ paid: 0 })
    gate.shut()
    await near.act(depositMoney, { account: 'alice', amount: 10 })
    const late = far.act(payOut, { account: 'alice' })
    gate.open()
    await expect(late).resolves.toEqual({ paid: 1 })
  })

  it.each([1, 3, 100_000])(
    'keep every balance from going below zero under load, with %i cached streams',
    async (cachedStreams) => {
      const store = memoryEventStore()
      const options = { store, cachedStreams }
      const instances = [await bank(options), await bank(options)] as const
      const accounts = ['a', 'b', 'c']
      for (const id of accounts) {
        await instances[0].act(openAccount, { account: id, owner: 'x' })
        await instances[0].act(depositMoney, { account: id, amount: 50 })
      }
      const calls = Array.from({ length: 300 }, (_, index) => {
        const from = accounts[index % 3] as string
        const to = accounts[(index + 1 + (index % 2)) % 3] as string
        return (instances[index % 2] as Micro).act(transferMoney, { from, to, amount: (index % 7) + 1 })
      })
      const outcomes = await Promise.allSettled(calls)
      const faults = outcomes.filter(
        (outcome) => outcome.status === 'rejected' && !isMicroError(outcome.reason, 'MICRO_RULE_BROKEN'),
      )
      const conflicts = faults.filter(
        (fault) => fault.status === 'rejected' && isMicroError(fault.reason, 'MICRO_CONFLICT'),
      )
      expect(faults).toEqual(conflicts)
      expect(conflicts.length).toBeLessThanOrEqual(3)
      const balances = await Promise.all(
        accounts.map((id) => instances[1].act(accountView, { account: id }) as Promise<{ balance: number }>),
      )
      expect(balances.reduce((sum, { balance }) => sum + balance, 0)).toBe(150)
      let lowest = 0
      const sums = new Map<string, number>()
      for (const { type, data } of await eventsOf(store)) {
        const { account: id, amount } = data as { account: string; amount?: number }
        const change = type === 'money deposited' ? (amount ?? 0) : type === 'money withdrawn' ? -(amount ?? 0) : 0
        sums.set(id, (sums.get(id) ?? 0) + change)
        lowest = Math.min(lowest, sums.get(id) ?? 0)
      }
      expect(lowest).toBe(0)
    },
  )

  it('share one projection store: one applies, the other follows, and both answer from the same rows', async () => {
    const store = memoryEventStore()
    const projections = memoryProjectionStore()
    const first = await bank({ store, projections })
    const second = await bank({ store, projections })
    await first.act(openAccount, { account: 'alice', owner: 'Alice' })
    for (let count = 0; count < 20; count++) {
      await first.act(depositMoney, { account: 'alice', amount: 1 })
      await second.act(depositMoney, { account: 'alice', amount: 1 })
    }
    await expect(first.act(accountView, { account: 'alice' })).resolves.toMatchObject({ balance: 40 })
  })
})

describe('forty commands on one stream at once', () => {
  it('meet no conflict in one process', async () => {
    const store = memoryEventStore()
    let conflicts = 0
    const counted = decorated(store, (opened) => ({
      append: (writes) =>
        opened.append(writes).catch((error: unknown) => {
          conflicts++
          throw error
        }),
    }))
    const micro = await bank({ store: counted })
    await micro.act(openAccount, { account: 'alice', owner: 'Alice' })
    await micro.act(depositMoney, { account: 'alice', amount: 30 })
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, () => micro.act(withdrawMoney, { account: 'alice', amount: 1 })),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(30)
    expect(
      outcomes.filter((outcome) => outcome.status === 'rejected' && isMicroError(outcome.reason, 'MICRO_RULE_BROKEN')),
    ).toHaveLength(10)
    expect(conflicts).toBe(0)
  })
})

describe('a key that the service makes', () => {
  it('is the same for every repeat', async () => {
    const start = defineCommand('start case', { service: 'bank', payload: { type: 'object', properties: {} } })
    const rule = defineRule(start, {
      emits: accountEvents,
      stream: (_, { newId }) => `case-${newId('case')}`,
      events: (_, { newId }) => [{ type: 'account opened', data: { account: newId('case'), owner: 'me' } }],
      respond: ({ events: [event] }) => ({ id: event?.data.account ?? '' }),
    })
    const store = memoryEventStore({ uniqueEventIds: false })
    const sheets = { rules: [rule] }
    const first = await bank({ store, sheets })
    const second = await bank({ store, sheets })
    const answers = await Promise.all(
      [first, second, first].map((micro) => micro.act(start, {}, { commandId: 'case 1'.replace(' ', '-') })),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await eventsOf(store)).toHaveLength(1)
  })
})
