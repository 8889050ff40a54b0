import {
  defineModule,
  type EndpointDescription,
  type EventStore,
  type Host,
  memoryEventStore,
  memoryProjectionStore,
  memoryTransport,
  type MicroError,
  type NewEvent,
  type ProjectionStore,
  type RecordedEvent,
  type StreamWrite,
} from '@micro/core'
import { describe, expect, it } from 'vitest'
import { conformanceHost } from '../src/conformance/conformance-host.ts'
import {
  type FaultKinds,
  Faults,
  type FaultsOptions,
  faultyEventStore,
  faultyModule,
  faultyProjectionStore,
  faultyTransport,
} from '../src/faults/index.ts'
import { seededRuntime, startMicro } from '../src/index.ts'

const NONE = { code: 'MICRO_UNAVAILABLE', outcome: 'none' }
const UNKNOWN = { code: 'MICRO_UNAVAILABLE', outcome: 'unknown' }

const outcomeOf = ({ code, outcome }: MicroError): object => ({ code, outcome })

function setUp(options: FaultsOptions = {}): { faults: Faults; host: Host; runtime: ReturnType<typeof seededRuntime> } {
  const runtime = seededRuntime({ autoAdvance: true })
  return { faults: new Faults(options), host: conformanceHost({ runtime }), runtime }
}

const event = (number: number): NewEvent => ({
  id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  type: 'said',
  data: { number },
  time: '2025-01-01T00:00:00.000Z',
  metadata: { index: 0, count: 1 },
})
const write = (number: number): readonly StreamWrite[] => [
  { stream: 'all', expected: number === 1 ? 'no-stream' : number - 2, events: [event(number)] },
]

async function numbersIn(store: EventStore): Promise<readonly unknown[]> {
  const events: RecordedEvent[] = []
  for await (const batch of store.readAll()) events.push(...batch)
  return events.map(({ data }) => data['number'])
}

describe('a faulty event store', () => {
  it.each([
    ['refused', NONE, [], []],
    ['request lost', UNKNOWN, [], []],
    ['request late', UNKNOWN, [], [1]],
    ['answer lost', UNKNOWN, [1], [1]],
  ] as const)('tells of an append that is %s, and writes what that means', async (fault, told, atOnce, atLast) => {
    const { faults, host } = setUp()
    const sound = memoryEventStore()
    const [store, reader] = [await faultyEventStore(sound, faults).open(host), await sound.open(host)]
    faults.inject('append', fault)
    await expect(store.append(write(1))).rejects.toMatchObject(told)
    expect(await numbersIn(reader)).toEqual(atOnce)
    // What is on the line arrives though its sender has closed.
    await store.close()
    await faults.arrived()
    expect(await numbersIn(reader)).toEqual(atLast)
    await expect(store.append(write(2))).rejects.toMatchObject(NONE)
  })

  it('writes an append that comes twice once, and tells its result', async () => {
    const { faults, host } = setUp()
    const store = await faultyEventStore(memoryEventStore({ uniqueEventIds: false }), faults).open(host)
    faults.inject('append', 'doubled')
    await expect(store.append(write(1))).resolves.toEqual({ position: 1, revisions: [0] })
    expect(await numbersIn(store)).toEqual([1])
    await store.close()
  })

  it('refuses reads, and works again as the script says', async () => {
    const { faults, host } = setUp()
    const store = await faultyEventStore(memoryEventStore(), faults).open(host)
    faults.inject('read', 'refused', undefined, 'refused')
    await expect(store.head()).rejects.toMatchObject(NONE)
    await expect(store.head()).resolves.toBe(0)
    await expect(numbersIn(store)).rejects.toMatchObject(NONE)
    await expect(numbersIn(store)).resolves.toEqual([])
    await store.close()
  })

  it('holds an append before it is written, and its answer afterwards', async () => {
    const { faults, host, runtime } = setUp()
    const store = await faultyEventStore(memoryEventStore(), faults).open(host)
    const [request, answer] = [faults.gate('append'), faults.gate('append', 'answer')]
    request.shut()
    answer.shut()
    let isTold = false
    const appended = store.append(write(1)).then(() => (isTold = true))
    await runtime.settle()
    expect([request.held, await numbersIn(store)]).toEqual([1, []])
    request.let(1)
    await runtime.settle()
    expect([answer.held, await numbersIn(store), isTold]).toEqual([1, [1], false])
    faults.heal()
    await appended
    await store.close()
  })

  it('takes the time that delays say, and an aborted wait ends at once', async () => {
    const { faults, host, runtime } = setUp({ delays: { read: { probability: 1, mostMs: 1_000 } } })
    const store = await faultyEventStore(memoryEventStore(), faults).open(host)
    await store.head()
    expect(runtime.monotonic()).toBeGreaterThan(0)
    expect(runtime.monotonic()).toBeLessThanOrEqual(2_000)
    const before = runtime.monotonic()
    const impatience = new AbortController()
    const asked = store.head({ signal: impatience.signal })
    impatience.abort(new Error('gone'))
    await expect(asked).rejects.toThrow('gone')
    expect(runtime.monotonic()).toBe(before)
    await store.close()
  })

  it('breaks a subscription, and the next one goes on', async () => {
    const { faults, host } = setUp()
    const store = await faultyEventStore(memoryEventStore(), faults).open(host)
    await store.append(write(1))
    faults.inject('subscribe', undefined, 'broken')
    const heard: unknown[] = []
    const follow = async (after: number, until: number): Promise<void> => {
      for await (const { events } of store.subscribe({ after })) {
        heard.push(...events.map(({ data }) => data['number']))
        if (heard.length >= until) return
        await store.append(write(2))
      }
    }
    await expect(follow(0, 9)).rejects.toMatchObject(NONE)
    await follow(1, 2)
    expect(heard).toEqual([1, 2])
    await store.close()
  })

  it.each([
    ['doubled', [1, 2, 1, 3, 4]],
    ['held back', [2, 1, 3, 4]],
  ] as const)('delivers a %s batch after later ones, and nothing else amiss', async (fault, expected) => {
    const { faults, host } = setUp({ split: 1, window: 1 })
    const store = await faultyEventStore(memoryEventStore(), faults).open(host)
    for (const number of [1, 2, 3, 4]) await store.append(write(number))
    faults.inject('subscribe', fault)
    const heard: unknown[] = []
    for await (const { events } of store.subscribe()) {
      heard.push(...events.map(({ data }) => data['number']))
      if (heard.length >= expected.length) break
    }
    expect(heard).toEqual(expected)
    await store.close()
  })

  it('does not keep back the last batch for ever', async () => {
    const { faults, host } = setUp({ rates: { subscribe: { 'held back': 1 } } })
    const store = await faultyEventStore(memoryEventStore(), faults).open(host)
    await store.append(write(1))
    let heard = 0
    for await (const { events } of store.subscribe()) if ((heard = events.length) > 0) break
    expect(heard).toBe(1)
    await store.close()
  })
})

const generation = { projection: 'sums@1', generation: 1 }
const commit = {
  previous: undefined,
  next: { position: 1, eventId: 'one' },
  changes: [{ kind: 'put', model: 'sum', key: 'a', row: { id: 'a' } }],
} as const

async function prepared(store: ProjectionStore): Promise<void> {
  await store.prepare(generation, [{ model: 'sum', key: 'id', indexes: [] }])
  await store.activate(generation)
}

describe('a faulty projection store', () => {
  const COMMITS: readonly (readonly [FaultKinds['commit'], object | undefined, number, number])[] = [
    ['refused', NONE, 0, 0],
    ['request lost', UNKNOWN, 0, 0],
    ['request late', UNKNOWN, 0, 1],
    ['answer lost', UNKNOWN, 1, 1],
    ['doubled', undefined, 1, 1],
  ]
  it.each(COMMITS)('tells of a commit that is %s, and writes what that means', async (fault, told, atOnce, atLast) => {
    const { faults, host } = setUp()
    const sound = memoryProjectionStore()
    const [store, reader] = [await faultyProjectionStore(sound, faults).open(host), await sound.open(host)]
    await prepared(store)
    faults.inject('commit', fault)
    const committed = store.commit(generation, commit)
    expect(await committed.then(() => undefined, outcomeOf)).toEqual(told)
    expect(await reader.count({ projection: 'sums@1', model: 'sum' }, {})).toBe(atOnce)
    await faults.arrived()
    expect(await reader.count({ projection: 'sums@1', model: 'sum' }, {})).toBe(atLast)
    // Whatever came of it, the same commit again ends well.
    await store.commit(generation, commit)
    expect(await reader.checkpoint('sums@1')).toMatchObject({ position: 1 })
    await store.close()
  })

  it('tells reads by rules from reads by appliers', async () => {
    const { faults, host } = setUp()
    const store = await faultyProjectionStore(memoryProjectionStore(), faults).open(host)
    faults.inject('prepare', 'refused', 'answer lost')
    await expect(store.prepare(generation, [])).rejects.toMatchObject(NONE)
    await expect(store.prepare(generation, [{ model: 'sum', key: 'id', indexes: [] }])).rejects.toMatchObject(UNKNOWN)
    await store.activate(generation)
    faults.inject('rows', 'refused')
    faults.inject('checkpoint', 'refused')
    await expect(store.get({ ...generation, model: 'sum' }, ['a'])).resolves.toEqual([undefined])
    await expect(store.find({ projection: 'sums@1', model: 'sum' }, {})).rejects.toMatchObject(NONE)
    await expect(store.checkpoint('sums@1')).rejects.toMatchObject(NONE)
    faults.inject('fold', 'refused')
    await expect(store.find({ projection: 'sums@1', model: 'sum' }, {})).resolves.toEqual([])
    await expect(store.get({ ...generation, model: 'sum' }, ['a'])).rejects.toMatchObject(NONE)
    await store.close()
  })
})

const endpoint: EndpointDescription = {
  service: 'bank',
  version: '1.0.0',
  instance: 'one',
  action: 'count',
  kind: 'action',
  subject: 'bank.count',
}

describe('a faulty transport', () => {
  const TIMED_OUT = { code: 'MICRO_TIMEOUT', outcome: 'unknown' }
  const REQUESTS: readonly (readonly [FaultKinds['request'], object | undefined, number, number])[] = [
    ['refused', NONE, 0, 0],
    ['request lost', TIMED_OUT, 0, 0],
    ['request late', TIMED_OUT, 0, 1],
    ['answer lost', TIMED_OUT, 1, 1],
    ['doubled', undefined, 1, 2],
  ]
  it.each(REQUESTS)(
    'tells of a request that is %s in time, and delivers what that means',
    async (fault, told, atOnce, atLast) => {
      const { faults, host, runtime } = setUp({ lateMs: 5_000 })
      const network = memoryTransport()
      const [caller, server] = [await faultyTransport(network, faults).open(host), await network.open(host)]
      let count = 0
      await server.serve(endpoint, async () => ({ headers: {}, body: ++count }))
      faults.inject('request', fault)
      const asked = caller.request('bank.count', { headers: {} }, { timeoutMs: 50 })
      expect(await asked.then(() => undefined, outcomeOf)).toEqual(told)
      expect(runtime.monotonic()).toBeLessThanOrEqual(50)
      expect(count).toBe(atOnce)
      await faults.arrived()
      expect(count).toBe(atLast)
      await Promise.all([caller.close({ deadlineMs: 10 }), server.close({ deadlineMs: 10 })])
    },
  )

  it('gives up a slow request at its time-out, at the close, and when it is aborted', async () => {
    const { faults, host, runtime } = setUp()
    const network = memoryTransport()
    const caller = await faultyTransport(network, faults).open(host)
    await caller.serve(endpoint, async () => ({ headers: {} }))
    faults.gate('request').shut()
    const impatience = new AbortController()
    const message = { headers: {} }
    const [slow, aborted, closed] = [
      caller.request('bank.count', message, { timeoutMs: 30 }),
      caller.request('bank.count', message, { timeoutMs: 60_000, signal: impatience.signal }),
      caller.request('bank.count', message, { timeoutMs: 60_000 }),
    ].map((asked) => asked.catch((error: unknown) => error))
    impatience.abort(new Error('gone'))
    expect(await slow).toMatchObject(TIMED_OUT)
    expect(runtime.monotonic()).toBe(30)
    expect(await aborted).toMatchObject({ message: 'gone' })
    await caller.close({ deadlineMs: 10 })
    expect(await closed).toMatchObject(UNKNOWN)
  })

  it('loses, doubles and delays what is published, and refuses', async () => {
    const { faults, host } = setUp()
    const transport = await faultyTransport(memoryTransport(), faults).open(host)
    const heard: unknown[] = []
    await transport.subscribe('news', ({ body }) => void heard.push(body))
    faults.inject('publish', 'lost', 'late', 'doubled', undefined, 'refused')
    for (const body of [1, 2, 3, 4]) await transport.publish('news', { headers: {}, body })
    await expect(transport.publish('news', { headers: {}, body: 5 })).rejects.toMatchObject(NONE)
    await faults.arrived()
    await transport.close({ deadlineMs: 1_000 })
    expect(heard.slice(0, 2)).toEqual([3, 4])
    expect(new Set(heard.slice(2))).toEqual(new Set([2, 3]))
  })
})

describe('a faulty module', () => {
  it('fails the start of its service, and starts the next time', async () => {
    const { faults } = setUp()
    const seen: string[] = []
    const mailer = defineModule({
      name: 'mailer',
      create: () => 'mail',
      start: (api) => void seen.push(`start ${api}`),
      stop: (api) => void seen.push(`stop ${api}`),
    })
    faults.inject('create', 'failed')
    faults.inject('start', 'failed')
    const start = () => startMicro({ name: 'post', modules: [faultyModule(mailer, faults)] })
    await expect(start()).rejects.toThrow('create, failed')
    await expect(start()).rejects.toThrow('start, failed')
    const started = await start()
    await started.stop()
    expect(seen.slice(-2)).toEqual(['start mail', 'stop mail'])
  })
})

describe('faults out of a seed', () => {
  const drawn = (seed: number): readonly unknown[] => {
    const faults = new Faults({ seed, rates: { append: { refused: 0.2, 'answer lost': 0.3 } } })
    return Array.from({ length: 1_000 }, () => faults.next('append'))
  }

  it('are the same for the same seed, others for another, and as frequent as told', () => {
    expect(drawn(3)).toEqual(drawn(3))
    expect(drawn(4)).not.toEqual(drawn(3))
    const refused = drawn(3).filter((fault) => fault === 'refused').length
    const lost = drawn(3).filter((fault) => fault === 'answer lost').length
    expect(Math.abs(refused - 200)).toBeLessThan(60)
    expect(Math.abs(lost - 300)).toBeLessThan(60)
  })

  it('end when they are healed, and are refused where they make no probability', () => {
    const faults = new Faults({ rates: { read: { refused: 1 } } })
    faults.inject('append', 'refused')
    faults.heal()
    expect([faults.next('read'), faults.next('append')]).toEqual([undefined, undefined])
    expect(() => new Faults({ rates: { append: { refused: 0.6, 'answer lost': 0.6 } } })).toThrow(RangeError)
    expect(() => new Faults({ delays: { append: { probability: -1, mostMs: 1 } } })).toThrow(RangeError)
  })
})
