import { describe, expect, it } from 'vitest'
import {
  defineEvents,
  defineModel,
  defineReducer,
  defineView,
  defineViewContract,
  memoryEventStore,
  memoryProjectionStore,
  type Micro,
  type MicroOptions,
  MicroError,
  type ProjectionStore,
  type ProjectionStoreProvider,
  type Runtime,
  systemRuntime,
} from '@micro/core'
import {
  account,
  accountEvents,
  accountView,
  bankSheets,
  depositMoney,
  openAccount,
  transferMoney,
} from './support/bank.ts'
import { startedBanks } from './support/started-banks.ts'
import { capturedLogger, type LogEntry } from './support/captured-logger.ts'

const banks = startedBanks()
const bank = (options?: Partial<MicroOptions>): Promise<Micro> => banks.start(options)

function changed(
  provider: ProjectionStoreProvider,
  change: (store: ProjectionStore) => Partial<ProjectionStore>,
): ProjectionStoreProvider {
  return {
    ...provider,
    async open(host) {
      const store = await provider.open(host)
      const other = change(store)
      return new Proxy(store, {
        get(target, key) {
          const value: unknown = Reflect.get(other, key) ?? Reflect.get(target, key, target)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
    },
  }
}

describe('models', () => {
  it('go on where their checkpoint stands', async () => {
    const store = memoryEventStore()
    const projections = memoryProjectionStore()
    const first = await bank({ store, projections })
    await first.act(openAccount, { account: 'alice', owner: 'Alice' })
    await first.stop()
    let commits = 0
    const counted = changed(projections, (opened) => ({
      commit: (generation, commit) => {
        commits++
        return opened.commit(generation, commit)
      },
    }))
    const second = await bank({ store, projections: counted })
    expect(commits).toBe(0)
    await expect(second.act(accountView, { account: 'alice' })).resolves.toMatchObject({ balance: 0 })
  })

  it('are rebuilt from the log when a reducer has a new version', async () => {
    const store = memoryEventStore()
    const projections = memoryProjectionStore()
    const first = await bank({ store, projections })
    await first.act(openAccount, { account: 'alice', owner: 'Alice' })
    await first.stop()
    const reducer = defineReducer({
      models: { account },
      events: accountEvents,
      version: 2,
      on: {
        'account opened': ({ data }, models) =>
          models.account.insert({ id: data.account, owner: data.owner.toUpperCase(), balance: 0 }),
      },
    })
    const second = await bank({ store, projections, sheets: { ...bankSheets, reducers: [reducer] } })
    await expect(second.act(accountView, { account: 'alice' })).resolves.toMatchObject({ owner: 'ALICE' })
  })

  it('tell at start how far they are, when that takes long', async () => {
    const store = memoryEventStore()
    const first = await bank({ store })
    await first.act(openAccount, { account: 'alice', owner: 'Alice' })
    await first.stop()
    const entries: LogEntry[] = []
    const isTold = (message: string): boolean => entries.some((entry) => entry.message === message)
    // Time runs a hundred times faster, and the store answers only when somebody has been told.
    const real = systemRuntime()
    const runtime: Runtime = {
      ...real,
      setTimer: (ms, callback, options) => real.setTimer(ms / 100, callback, options),
    }
    const projections = changed(memoryProjectionStore(), (opened) => ({
      commit: async (generation, commit) => {
        await expect.poll(() => isTold('the models are being brought up to date')).toBe(true)
        return opened.commit(generation, commit)
      },
    }))
    await bank({ store, projections, runtime, modules: [capturedLogger(entries)] })
    const progress = entries.find(({ message }) => message === 'the models are being brought up to date')
    expect(progress?.fields).toMatchObject({ head: 1, applied: { bank: 0 }, percent: 0 })
    expect(isTold('the models are up to date')).toBe(true)
  })

  it('come with a warning when a reducer has changed and its version has not', async () => {
    const store = memoryEventStore()
    const inner = memoryProjectionStore()
    // What is kept beyond the process is what can be out of date.
    const projections = { ...inner, capabilities: { ...inner.capabilities, durable: true } }
    const warnings = async (on: Parameters<typeof defineReducer>[0]['on']): Promise<number> => {
      const entries: LogEntry[] = []
      const reducer = defineReducer({ models: { account }, events: accountEvents, on: on as never })
      const micro = await bank({
        store,
        projections,
        modules: [capturedLogger(entries)],
        sheets: { ...bankSheets, reducers: [reducer] },
      })
      await micro.stop()
      return entries.filter(({ message }) => message.startsWith('a reducer has changed')).length
    }
    const first = { 'account opened': () => undefined }
    const other = { 'account opened': (): void => void 0 }
    expect([await warnings(first), await warnings(first), await warnings(other), await warnings(other)]).toEqual([
      0, 0, 1, 0,
    ])
  })

  it('are rebuilt, with a warning, when the log does not have the event that they reflect', async () => {
    const projections = memoryProjectionStore()
    const restored = memoryEventStore()
    const longer = memoryEventStore()
    const first = await bank({ store: longer, projections })
    await first.act(openAccount, { account: 'alice', owner: 'Alice' })
    await first.act(depositMoney, { account: 'alice', amount: 5 })
    await first.stop()
    const again = await bank({ store: restored })
    await again.act(openAccount, { account: 'alice', owner: 'Restored Alice' })
    await again.stop()
    const entries: LogEntry[] = []
    // The file was copied back, so the restored log has the id of the lost one.
    let id = ''
    const probe = await bank({ store: longer })
    const { positions } = await probe.call(accountView, { account: 'alice' })
    id = Object.keys(positions)[0] as string
    const store = {
      ...restored,
      open: async (host: Parameters<typeof restored.open>[0]) => {
        const opened = await restored.open(host)
        return new Proxy(opened, {
          get: (target, key) => {
            if (key === 'id') return id
            const value: unknown = Reflect.get(target, key, target)
            return typeof value === 'function' ? value.bind(target) : value
          },
        })
      },
    }
    const second = await bank({ store, projections, modules: [capturedLogger(entries)] })
    await expect(second.act(accountView, { account: 'alice' })).resolves.toMatchObject({
      owner: 'Restored Alice',
      balance: 0,
    })
    expect(entries.filter(({ level, message }) => level === 'warn' && message.includes('rebuilding'))).toHaveLength(1)
  })

  it('are written again after the store was away', async () => {
    let isAway = false
    const projections = changed(memoryProjectionStore(), (opened) => ({
      commit: (generation, commit) => {
        if (!isAway) return opened.commit(generation, commit)
        isAway = false
        return Promise.reject(new MicroError('MICRO_UNAVAILABLE', 'Away.'))
      },
    }))
    const micro = await bank({ projections })
    isAway = true
    await expect(micro.act(openAccount, { account: 'alice', owner: 'Alice' })).resolves.toEqual({ balance: 0 })
  })

  it('are taken over by a follower when the applier stands still', async () => {
    const store = memoryEventStore()
    const projections = memoryProjectionStore()
    let isStuck = false
    const sticking = changed(projections, (opened) => ({
      commit: (generation, commit) =>
        isStuck ? new Promise<never>(() => undefined) : opened.commit(generation, commit),
    }))
    const applier = await bank({ store, projections: sticking, stopTimeoutMs: 50 })
    const follower = await bank({ store, projections })
    await applier.act(openAccount, { account: 'alice', owner: 'Alice' })
    isStuck = true
    const began = performance.now()
    await follower.act(depositMoney, { account: 'alice', amount: 1 })
    expect(performance.now() - began).toBeLessThan(1_500)
    await expect(follower.act(accountView, { account: 'alice' })).resolves.toMatchObject({ balance: 1 })
    // The stuck commit never ends, and neither would a stop that waits for it.
    banks.leave(applier)
  })

  it('never show half of what one command wrote', async () => {
    const all = defineViewContract('all', { service: 'bank', payload: { type: 'object', properties: {} } })
    const view = defineView(all, {
      models: { account },
      query: async (_, { models }) => (await models.account.find({})).reduce((sum, { balance }) => sum + balance, 0),
    })
    const micro = await bank({ sheets: { ...bankSheets, views: [view] } })
    for (const id of ['alice', 'bob']) {
      await micro.act(openAccount, { account: id, owner: id })
      await micro.act(depositMoney, { account: id, amount: 500 })
    }
    let isMoving = true
    const sums = new Set<unknown>()
    const reading = (async () => {
      while (isMoving) sums.add(await micro.act(all, {}))
    })()
    const moves = Array.from({ length: 240 }, (_, at) =>
      micro.act(transferMoney, { from: at % 2 === 0 ? 'alice' : 'bob', to: at % 2 === 0 ? 'bob' : 'alice', amount: 1 }),
    )
    await Promise.all(moves)
    isMoving = false
    await reading
    expect([...sums]).toEqual([1_000])
  })
})

describe('a reducer', () => {
  const note = defineModel('note', {
    key: 'id',
    schema: {
      type: 'object',
      properties: { id: { type: 'string' }, count: { type: 'integer' } },
      required: ['id', 'count'],
    },
    indexes: ['count'],
  })
  const notes = defineViewContract('notes', { service: 'bank', payload: { type: 'object', properties: {} } })

  it('reads what it has recorded, by key and by query', async () => {
    const reducer = defineReducer({
      models: { note },
      events: accountEvents,
      on: {
        'account opened': async ({ data }, { note: writer }) => {
          writer.put({ id: data.account, count: 1 })
          writer.update(data.account, (row) => ({ ...row, count: row.count + 1 }))
          const row = await writer.get(data.account)
          writer.put({ id: 'copy', count: row?.count ?? -1 })
          const found = await writer.find({ count: 2 }, { sort: { id: -1 } })
          writer.put({ id: 'found', count: found.length })
          writer.remove('copy')
          writer.remove('never there')
          writer.upsert('counted', (row) => ({ id: 'counted', count: (row?.count ?? 0) + 1 }))
          writer.upsert('counted', (row) => ({ id: 'counted', count: (row?.count ?? 0) + 1 }))
        },
      },
    })
    const sheets = {
      ...bankSheets,
      reducers: [...(bankSheets.reducers ?? []), reducer],
      views: [defineView(notes, { models: { note }, query: (_, { models }) => models.note.find({}) })],
    }
    const micro = await bank({ sheets })
    await micro.act(openAccount, { account: 'alice', owner: 'Alice' })
    await expect(micro.act(notes, {})).resolves.toEqual([
      { id: 'alice', count: 2 },
      { id: 'counted', count: 2 },
      { id: 'found', count: 2 },
    ])
  })

  it.each<
    [
      string,
      Parameters<
        typeof defineReducer<{ note: typeof note }, { 'account opened': { account: string; owner: string } }>
      >[0]['on']['account opened'],
      RegExp,
    ]
  >([
    [
      'throws',
      () => {
        throw new RangeError('cannot')
      },
      /cannot/,
    ],
    ['updates a row that is not there', (_, models) => models.note.update('x', (row) => row), /no note "x"/],
    [
      'inserts a key twice',
      (_, models) => {
        models.note.insert({ id: 'x', count: 1 })
        models.note.insert({ id: 'x', count: 1 })
      },
      /exists already/,
    ],
    [
      'changes a key',
      (_, models) => {
        models.note.put({ id: 'x', count: 1 })
        models.note.update('x', (row) => ({ ...row, id: 'y' }))
      },
      /must not change/,
    ],
    ['makes a row without its key', (_, models) => models.note.put({ count: 1 } as never), /needs its key/],
    ['makes a row that is no JSON', (_, models) => models.note.put({ id: 'x', count: Number.NaN }), /row of note/],
  ])('that %s halts its projection with the reason', async (_, handler, reason) => {
    const reducer = defineReducer({
      models: { note },
      events: accountEvents as never,
      on: { 'account opened': handler } as never,
    })
    const micro = await bank({ sheets: { ...bankSheets, reducers: [...(bankSheets.reducers ?? []), reducer] } })
    const error = await micro.act(openAccount, { account: 'alice', owner: 'Alice' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'MICRO_PROJECTION_HALTED',
      outcome: 'done',
      details: { reason: expect.stringMatching(reason) as string, position: 1 },
    })
  })

  it('gets no events of strangers, and a log of a later format is refused', async () => {
    const store = memoryEventStore()
    const opened = await store.open({
      runtime: (await import('@micro/core')).systemRuntime(),
      logger: capturedLogger() as never,
      service: 'x',
      instance: 'y',
    })
    const stranger = {
      id: '00000000-0000-4000-8000-000000000001',
      type: 'account opened',
      data: { account: 'x', owner: 'y' },
      time: new Date(0).toISOString(),
      metadata: {},
    }
    await opened.append([{ stream: 'stranger', expected: 'no-stream', events: [stranger] }])
    const micro = await bank({ store })
    await expect(micro.act(accountView, { account: 'x' })).rejects.toMatchObject({ code: 'MICRO_NOT_FOUND' })
    const later = {
      ...stranger,
      id: '00000000-0000-4000-8000-000000000002',
      metadata: { format: 2, service: 'bank', commandId: 'x', index: 0, count: 1 },
    }
    await opened.append([{ stream: 'later', expected: 'no-stream', events: [later] }])
    await expect(micro.stopped).resolves.toMatchObject({
      code: 'MICRO_NOT_SUPPORTED',
      message: expect.stringContaining('format 2') as string,
    })
  })
})

describe('events of another service', () => {
  it('are reduced where their definitions name that service', async () => {
    const store = memoryEventStore()
    const bankService = await bank({ store })
    const seen = defineModel('seen', {
      key: 'id',
      schema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
    })
    const bankEvents = defineEvents(
      {
        'account opened': {
          type: 'object',
          properties: { account: { type: 'string' }, owner: { type: 'string' } },
          required: ['account', 'owner'],
        },
      },
      { service: 'bank' },
    )
    const reducer = defineReducer({
      models: { seen },
      events: bankEvents,
      on: { 'account opened': ({ data }, models) => models.seen.put({ id: data.account }) },
    })
    const list = defineViewContract('list', { service: 'report', payload: { type: 'object', properties: {} } })
    const report = await bank({
      name: 'report',
      store,
      sheets: {
        reducers: [reducer],
        views: [defineView(list, { models: { seen }, query: (_, { models }) => models.seen.find({}) })],
      },
    })
    const { positions } = await bankService.call(openAccount, { account: 'alice', owner: 'Alice' })
    const { Positions } = await import('@micro/core')
    const known = Positions.parse(
      Object.entries(positions)
        .map(([id, position]) => `${id}=${position}`)
        .join(','),
    )
    await expect(report.act(list, {}, { positions: known })).resolves.toEqual([{ id: 'alice' }])
  })
})
