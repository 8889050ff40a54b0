import {
  createMicro,
  defineCommand,
  defineRule,
  memoryEventStore,
  memoryProjectionStore,
  type Micro,
  type MicroOptions,
} from '@micro/core'
import { describe, expect, it } from 'vitest'
import { Faults, faultyEventStore, faultyProjectionStore, Gate } from '../src/faults/index.ts'
import { captureLog, seededRuntime } from '../src/index.ts'
import {
  account,
  accountEvents,
  accountView,
  bankSheets,
  depositMoney,
  openAccount,
  withdrawMoney,
} from './support/bank.ts'

const runtime = seededRuntime()

async function started(options: Partial<MicroOptions>): Promise<Micro> {
  const micro = createMicro({ name: 'bank', runtime, modules: [captureLog().module], sheets: bankSheets, ...options })
  await runtime.until(micro.start())
  return micro
}

/** Races that chance does not find: each needs several things to come in one order only. */
describe('an instance that hears of the log piece by piece', () => {
  it('does not refuse because of what was overtaken before it was asked', async () => {
    const store = memoryEventStore()
    const faults = new Faults({ split: 1 })
    const tail = faults.gate('subscribe')
    const one = await started({ store })
    const other = await started({ store: faultyEventStore(store, faults) })
    await runtime.until(one.act(openAccount, { account: 'x', owner: 'ann' }))
    await runtime.settle()
    tail.shut()
    for (const amount of [1, 100]) await runtime.until(one.act(depositMoney, { account: 'x', amount }))
    // The balance is 101 from here on.
    const withdrawn = other.act(withdrawMoney, { account: 'x', amount: 50 })
    const answer = withdrawn.then(JSON.stringify, String)
    // The first "no" meets a conflict; before the second attempt the tail hears of the first deposit only.
    await runtime.settle()
    tail.let(1)
    await runtime.settle()
    await runtime.advance(500)
    tail.open()
    expect(await runtime.until(answer)).toBe('{"balance":51}')
    await runtime.until(Promise.all([one.stop(), other.stop()]))
  })
})

describe('appliers of shared models', () => {
  it('do not apply twice what another one committed between the checkpoint and the rows', async () => {
    const [store, shared] = [memoryEventStore(), memoryProjectionStore()]
    const [faults, followerFaults] = [new Faults(), new Faults({ split: 1 })]
    const [hears, reads] = [faults.gate('subscribe'), faults.gate('fold')]
    const [followerHears, followerCommits] = [followerFaults.gate('subscribe'), followerFaults.gate('commit')]
    const validates = new Gate()
    const say = defineCommand('say no', { service: 'bank', payload: {} })
    const saying = defineRule(say, {
      models: { account },
      emits: accountEvents,
      stream: () => 'account-y',
      validate: async (_, { models }) => {
        await models.account.get('y')
        await validates.pass()
        return 'No.'
      },
    })
    const sheets = { ...bankSheets, rules: [...(bankSheets.rules ?? []), saying] }
    const writer = await started({ store, sheets })
    const applier = await started({
      store: faultyEventStore(store, faults),
      projections: faultyProjectionStore(shared, faults),
      sheets,
    })
    const follower = await started({
      store: faultyEventStore(store, followerFaults),
      projections: faultyProjectionStore(shared, followerFaults),
      sheets,
    })
    // The follower is beaten once, and follows from then on.
    followerCommits.shut()
    for (const id of ['x', 'y', 'z']) await runtime.until(writer.act(openAccount, { account: id, owner: id }))
    await runtime.settle()
    followerCommits.open()
    await runtime.advance(100)
    // A "no" of the applier meets a conflict, and its second attempt waits inside the rule.
    hears.shut()
    validates.shut()
    await runtime.until(writer.act(depositMoney, { account: 'y', amount: 1 }))
    const refused = applier.act(say, undefined, { timeoutMs: 60_000 }).then(String, String)
    await runtime.settle()
    validates.let(1)
    await runtime.advance(20)
    hears.open()
    await runtime.advance(20)
    // It is given two deposits at once; before it reads the row, the follower, who has heard of the first only, takes over.
    hears.shut()
    followerHears.shut()
    reads.shut(1)
    await runtime.until(writer.act(depositMoney, { account: 'z', amount: 1 }))
    for (const amount of [10, 20]) await runtime.until(writer.act(depositMoney, { account: 'x', amount }))
    hears.open()
    await runtime.settle()
    followerHears.let(1)
    await runtime.settle()
    followerHears.let(1)
    await runtime.advance(1_500)
    expect([reads.held, validates.held]).toEqual([1, 1])
    // The second "no" asks for the checkpoint again, while the fold still waits for its rows.
    validates.open()
    await runtime.settle()
    for (const gate of [reads, followerHears]) gate.open()
    await runtime.advance(10_000)
    expect(await runtime.until(refused)).toContain('No.')
    expect(await runtime.until(applier.act(accountView, { account: 'x' }))).toMatchObject({ balance: 30 })
    await runtime.until(Promise.all([writer.stop(), applier.stop(), follower.stop()]))
  })
})
