import {
  createMicro,
  defineCommand,
  defineEvents,
  defineModel,
  defineReducer,
  defineRule,
  defineView,
  defineViewContract,
  type EventStore,
  type EventStoreProvider,
  type JsonObject,
  memoryEventStore,
  type Micro,
  systemRuntime,
} from '@micro/core'
import { sqliteEventStore } from '@micro/store-sqlite'
import { scaled } from '@micro/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { upTo } from './support/in-parallel.ts'
import { silentLogger, silentModule } from '../../test-e2e/test/support/silent-logger.ts'
import { tempFolder } from '../../test-e2e/test/support/temp-folder.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end()
})

const text = { type: 'string' } as const
const Movement = {
  type: 'object',
  properties: { account: text, amount: { type: 'integer' } },
  required: ['account', 'amount'],
} as const
const events = defineEvents({ 'money deposited': Movement })
const account = defineModel('account', {
  key: 'id',
  schema: { type: 'object', properties: { id: text, balance: { type: 'integer' } }, required: ['id', 'balance'] },
})

/** Two of these differ in nothing but the name. */
function makeBank(service: string, store: EventStoreProvider): Micro {
  const rule = defineRule(defineCommand('deposit', { service, payload: Movement }), {
    models: { account },
    emits: events,
    stream: (payload) => `account-${payload.account}`,
    events: (data) => [{ type: 'money deposited', data }],
    respond: async ({ payload, models }) => (await models.account.require(payload.account)).balance,
  })
  const reducer = defineReducer({
    models: { account },
    events,
    on: {
      'money deposited': ({ data }, rows) =>
        rows.account.upsert(data.account, (row) => ({ id: data.account, balance: (row?.balance ?? 0) + data.amount })),
    },
  })
  const view = defineView(
    defineViewContract('balance', {
      service,
      payload: { type: 'object', properties: { account: text }, required: ['account'] },
    }),
    {
      models: { account },
      query: async (payload, { models }) => (await models.account.get(payload.account))?.balance ?? 0,
    },
  )
  const sheets = { rules: [rule], reducers: [reducer], views: [view] }
  const micro = createMicro({ name: service, store, sheets, modules: [silentModule] })
  endings.push(() => micro.stop())
  return micro
}

/** A log for several handles: what another service has is another handle. */
const LOGS: Readonly<Record<string, () => () => EventStoreProvider>> = {
  memory: () => {
    const store = memoryEventStore()
    return () => store
  },
  SQLite: () => {
    const folder = tempFolder()
    endings.push(() => folder[Symbol.dispose]())
    return () => sqliteEventStore({ file: `${folder.path}/log.db` })
  },
}

const runtime = systemRuntime()

async function openLog(provider: EventStoreProvider): Promise<EventStore> {
  const store = await provider.open({ runtime, logger: silentLogger, service: 'stranger', instance: 'stranger' })
  endings.push(() => store.close())
  return store
}

/** Writes as a program would that knows nothing of the cycle. */
async function append(store: EventStore, stream: string, metadata: JsonObject): Promise<void> {
  const event = {
    id: runtime.newId(),
    type: 'money deposited',
    data: { account: 'a', amount: 1_000_000 },
    time: '2025-01-01T00:00:00.000Z',
    metadata,
  }
  await store.append([{ stream, expected: 'any', events: [event] }])
}

/** As the metadata of another service of ours is. */
const foreign = (format: number): JsonObject => ({
  format,
  commandId: runtime.newId(),
  correlationId: 'c',
  service: 'east',
  rule: 'deposit',
  ruleVersion: 1,
  ruleHash: '0'.repeat(40),
  eventVersion: 1,
  index: 0,
  count: 1,
})

describe.each(Object.keys(LOGS))('services with equal stream names and event types on one log in %s', (kind) => {
  const open = (): (() => EventStoreProvider) => (LOGS[kind] as (typeof LOGS)[string])()

  it('[116] never see the events of another in their models', async () => {
    const log = open()
    const banks = [makeBank('north', log()), makeBank('south', log())]
    await Promise.all(banks.map((micro) => micro.start()))
    const rounds = scaled(500)
    for (const round of upTo(rounds)) {
      const answers = await Promise.all(
        banks.map((micro, at) => micro.act('deposit', { account: 'a', amount: at + 1 }, { commandId: `c${round}` })),
      )
      expect(answers).toEqual([round + 1, (round + 1) * 2])
    }
    // A start from nothing reads the whole log once more.
    const again = ['north', 'south'].map((name) => makeBank(name, log()))
    await Promise.all(again.map((micro) => micro.start()))
    expect(await Promise.all(again.map((micro) => micro.act('balance', { account: 'a' })))).toEqual([
      rounds,
      rounds * 2,
    ])
  })

  it('[116] leave the events of strangers alone, on their own streams too', async () => {
    const log = open()
    const north = makeBank('north', log())
    await north.start()
    const stranger = await openLog(log())
    const metadata = [{}, { format: 2 }, { service: 7, format: 9 }, { service: 'east', format: '2' }, foreign(1)]
    let balance = 0
    for (const strange of metadata)
      for (const stream of ['north/account-a', 'account-a', 'east/account-a']) {
        await append(stranger, stream, strange)
        // The stream has moved on: the next command finds its place behind what it takes no notice of.
        expect(await north.act('deposit', { account: 'a', amount: 1 })).toBe(++balance)
      }
    const again = makeBank('north', log())
    await again.start()
    expect(await again.act('balance', { account: 'a' })).toBe(balance)
    expect([north.health(), again.health()]).toMatchObject([{ isReady: true }, { isReady: true }])
  })

  it('[116] halt at an event of a later format, and do not start on it', async () => {
    const log = open()
    const banks = [makeBank('north', log()), makeBank('south', log())]
    await Promise.all(banks.map((micro) => micro.start()))
    await banks[0]?.act('deposit', { account: 'a', amount: 1 })
    await append(await openLog(log()), 'east/account-a', foreign(2))
    for (const micro of banks) {
      expect(await micro.stopped).toMatchObject({ code: 'MICRO_NOT_SUPPORTED', fatal: true })
      await expect(micro.act('deposit', { account: 'a', amount: 1 })).rejects.toMatchObject({
        code: 'MICRO_UNAVAILABLE',
      })
    }
    await expect(makeBank('north', log()).start()).rejects.toMatchObject({ code: 'MICRO_NOT_SUPPORTED' })
  })
})
