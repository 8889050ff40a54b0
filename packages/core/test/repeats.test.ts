import { describe, expect, it } from 'vitest'
import {
  defineCommand,
  defineRule,
  identityOf,
  memoryEventStore,
  memoryProjectionStore,
  type Micro,
  type MicroOptions,
  type EventStoreProvider,
} from '@micro/core'
import {
  account,
  accountEvents,
  accountView,
  bankSheets,
  depositMoney,
  openAccount,
  withdrawMoney,
} from './support/bank.ts'
import { startedBanks } from './support/started-banks.ts'
import { Gate, lagging } from './support/decorated-store.ts'
import { eventsOf } from './support/events-of.ts'

const banks = startedBanks()
const bank = (options?: Partial<MicroOptions>): Promise<Micro> => banks.start(options)

const eventCount = async (store: EventStoreProvider): Promise<number> => (await eventsOf(store)).length
const deposit = { account: 'alice', amount: 5 }

describe.each([true, false])('a repeat of a command, on a store with uniqueEventIds %s', (uniqueEventIds) => {
  const newStore = (): EventStoreProvider => memoryEventStore({ uniqueEventIds })

  it('gets the first answer and changes nothing', async () => {
    const store = newStore()
    const micro = await bank({ store })
    await micro.act(openAccount, { account: 'alice', owner: 'Alice' })
    const first = await micro.call(depositMoney, deposit, { commandId: 'once' })
    await micro.act(depositMoney, deposit)
    const again = await micro.call(depositMoney, deposit, { commandId: 'once' })
    expect(first).toMatchObject({ response: { balance: 5 }, repeated: false, commandId: 'once' })
    expect(again).toEqual({ ...first, repeated: true, positions: again.positions })
    expect(await eventCount(store)).toBe(3)
  })

  it('that comes while the first run is under way waits for it', async () => {
    const store = newStore()
    const micro = await bank({ store })
    await micro.act(openAccount, { account: 'alice', owner: 'Alice' })
    const calls = Array.from({ length: 10 }, () => micro.call(depositMoney, deposit, { commandId: 'once' }))
    const answers = await Promise.all(calls)
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1)
    expect(answers.every(({ response }) => response.balance === 5)).toBe(true)
    expect(await eventCount(store)).toBe(2)
  })

  it('on another instance, which has no kept reply, is answered from the recorded events', async () => {
    const store = newStore()
    const first = await bank({ store })
    const second = await bank({ store })
    await first.act(openAccount, { account: 'alice', owner: 'Alice' })
    const answer = await first.call(depositMoney, deposit, { commandId: 'once' })
    const again = await second.call(depositMoney, deposit, { commandId: 'once' })
    expect(again).toMatchObject({ response: answer.response, repeated: true, positions: answer.positions })
    expect(await eventCount(store)).toBe(2)
  })

  it('on an instance whose tail has not seen the first run does not double it', async () => {
    const store = newStore()
    const gate = new Gate()
    const first = await bank({ store })
    const second = await bank({ store: lagging(store, gate) })
    await first.act(openAccount, { account: 'alice', owner: 'Alice' })
    await second.act(depositMoney, { account: 'alice', amount: 1 })
    gate.shut()
    const answer = await first.call(depositMoney, deposit, { commandId: 'once' })
    const again = second.call(depositMoney, deposit, { commandId: 'once' })
    gate.open()
    // Whether it is marked repeated depends on who notices: the store, to which it is the same append, or the journal.
    await expect(again).resolves.toMatchObject({ response: answer.response, positions: answer.positions })
    expect(await eventCount(store)).toBe(3)
  })

  it('after a restart is recognised from the log', async () => {
    const store = newStore()
    const projections = memoryProjectionStore()
    const before = await bank({ store, projections })
    await before.act(openAccount, { account: 'alice', owner: 'Alice' })
    await before.act(depositMoney, deposit, { commandId: 'once' })
    await before.stop()
    const after = await bank({ store, projections })
    await expect(after.call(depositMoney, deposit, { commandId: 'once' })).resolves.toMatchObject({ repeated: true })
    expect(await eventCount(store)).toBe(2)
  })

  it('with another payload is refused, and nothing is written', async () => {
    const store = newStore()
    const first = await bank({ store })
    const second = await bank({ store })
    await first.act(openAccount, { account: 'alice', owner: 'Alice' })
    await first.act(depositMoney, deposit, { commandId: 'once' })
    for (const micro of [first, second])
      await expect(micro.act(depositMoney, { ...deposit, amount: 6 }, { commandId: 'once' })).rejects.toMatchObject({
        code: 'MICRO_ID_REUSED',
        outcome: 'none',
      })
    expect(await eventCount(store)).toBe(2)
  })

  it('with another payload, both at once on two instances, is refused for one of them', async () => {
    const store = newStore()
    const first = await bank({ store })
    const second = await bank({ store })
    const { positions } = await first.call(openAccount, { account: 'alice', owner: 'Alice' })
    expect(positions).not.toEqual({})
    const outcomes = await Promise.allSettled([
      first.act(depositMoney, deposit, { commandId: 'once' }),
      second.act(depositMoney, { ...deposit, amount: 6 }, { commandId: 'once' }),
    ])
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'MICRO_ID_REUSED' } })
    expect(await eventCount(store)).toBe(2)
  })

  it('from another subject, or of another action, is its own command', async () => {
    const store = newStore()
    const micro = await bank({ store })
    await micro.act(openAccount, { account: 'alice', owner: 'Alice' })
    await micro.act(depositMoney, deposit, { commandId: 'once' })
    await micro.act(depositMoney, deposit, { commandId: 'once', identity: identityOf('alice') })
    await micro.act(withdrawMoney, deposit, { commandId: 'once' })
    expect(await eventCount(store)).toBe(4)
  })
})

describe('a repeat that the journal does not know any more', () => {
  it('is answered from the log, or refused when its payload is another', async () => {
    const store = memoryEventStore()
    const micro = await bank({ store, journalCommands: 1, keptReplyBytes: 1 })
    await micro.act(openAccount, { account: 'alice', owner: 'Alice' })
    const first = await micro.call(depositMoney, deposit, { commandId: 'once' })
    for (let count = 0; count < 5; count++) await micro.act(depositMoney, deposit)
    const again = await micro.call(depositMoney, deposit, { commandId: 'once' })
    expect(again).toMatchObject({ repeated: true, commandId: first.commandId })
    await expect(micro.act(depositMoney, { ...deposit, amount: 6 }, { commandId: 'once' })).rejects.toMatchObject({
      code: 'MICRO_ID_REUSED',
      outcome: 'none',
    })
    expect(await eventCount(store)).toBe(7)
  })
})

describe('a repeat that may not be asked any more', () => {
  it('is refused, and told that the command is done', async () => {
    let isAllowed = true
    const ping = defineCommand('ping', { service: 'bank', payload: { type: 'object', properties: {} } })
    const rule = defineRule(ping, {
      models: { account },
      emits: accountEvents,
      stream: () => 'pings',
      authorize: async ({ models }) => {
        await models.account.get('anything')
        return isAllowed
      },
      events: () => [{ type: 'account opened', data: { account: 'a', owner: 'b' } }],
    })
    const store = memoryEventStore()
    const micro = await bank({ store, sheets: { ...bankSheets, rules: [rule], views: [] } })
    await micro.act(ping, {}, { commandId: 'once' })
    isAllowed = false
    await expect(micro.act(ping, {}, { commandId: 'once' })).rejects.toMatchObject({
      code: 'MICRO_FORBIDDEN',
      outcome: 'done',
    })
    await expect(micro.act(ping, {}, { commandId: 'other' })).rejects.toMatchObject({
      code: 'MICRO_FORBIDDEN',
      outcome: 'none',
    })
    expect(await eventCount(store)).toBe(1)
  })
})

describe('a command without a payload', () => {
  it('is recognised when it is repeated', async () => {
    const store = memoryEventStore()
    const ping = defineCommand('ping', { service: 'bank', payload: {} })
    const rule = defineRule(ping, {
      emits: accountEvents,
      stream: () => 'pings',
      events: () => [{ type: 'account opened', data: { account: 'a', owner: 'b' } }],
    })
    const micro = await bank({ store, sheets: { rules: [rule] } })
    for (let count = 0; count < 2; count++) await micro.act('ping', undefined, { commandId: 'once' })
    expect(await eventCount(store)).toBe(1)
  })
})

describe('a command that is called from respond', () => {
  it('runs once, though the repeat of its parent decides nothing', async () => {
    const store = memoryEventStore()
    const outer = defineCommand('outer', { service: 'bank', payload: { type: 'object', properties: {} } })
    const rule = defineRule(outer, {
      emits: accountEvents,
      stream: () => 'outer',
      validate: async (_, { act }) => {
        await act(accountView, { account: 'alice' })
      },
      events: () => [{ type: 'account opened', data: { account: 'outer', owner: 'outer' } }],
      respond: ({ act }) => act(depositMoney, { account: 'alice', amount: 1 }),
    })
    const sheets = { ...bankSheets, rules: [...(bankSheets.rules ?? []), rule] }
    const first = await bank({ store, sheets })
    const second = await bank({ store, sheets })
    await first.act(openAccount, { account: 'alice', owner: 'Alice' })
    for (const micro of [first, second]) await micro.act(outer, {}, { commandId: 'once' })
    expect(await eventCount(store)).toBe(3)
  })
})

describe('a rule whose replies hold secrets', () => {
  const logIn = defineCommand('log in', {
    service: 'bank',
    payload: { type: 'object', properties: { account: { type: 'string' } }, required: ['account'] },
  })
  let tokens = 0
  const rule = defineRule(logIn, {
    emits: accountEvents,
    stream: ({ account }) => `login-${account}`,
    repeat: 'refuse',
    events: ({ account }) => {
      const token = `token-${tokens++}`
      return { events: [{ type: 'account opened', data: { account, owner: `hash of ${token}` } }], keep: token }
    },
    respond: ({ keep }) => ({ token: keep }),
  })

  it('gives the token once, to the run whose hash is recorded', async () => {
    const store = memoryEventStore()
    const sheets = { rules: [rule] }
    const first = await bank({ store, sheets })
    const second = await bank({ store, sheets })
    await expect(first.act(logIn, { account: 'a' }, { commandId: 'once' })).resolves.toEqual({
      token: expect.stringMatching(/^token-/) as string,
    })
    for (const micro of [first, second])
      await expect(micro.act(logIn, { account: 'a' }, { commandId: 'once' })).rejects.toMatchObject({
        code: 'MICRO_DUPLICATE',
        outcome: 'done',
      })
    const [event] = await eventsOf(store)
    expect(event?.data['owner']).toMatch(/^hash of token-/)
    expect(JSON.stringify(await eventsOf(store))).not.toContain('keep')
  })
})
