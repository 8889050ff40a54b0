// The old time-out bug: callers waited for ever for what had failed. Here is each way in which one could: it gets a typed
// error by its deadline. On a clock that is moved by hand, so that "in time" is exact and a hang is seen at once.
import {
  createMicro,
  memoryEventStore,
  memoryProjectionStore,
  memoryTransport,
  type Micro,
  MicroError,
  type MicroOptions,
  Positions,
  type ProjectionStore,
} from '@micro/core'
import { seededRuntime, type SeededRuntime } from '@micro/testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import { decorated, Gate, lagging } from '../../packages/core/test/support/decorated-store.ts'
import { silentModule } from '../../test-e2e/test/support/silent-logger.ts'
import { decoratedModels } from '../../packages/testkit/src/micro/decorated-models.ts'
import { upTo } from './support/in-parallel.ts'
import { decoratedTransport } from './support/decorated-transport.ts'
import { lateTransport } from './support/late-transport.ts'
import { note, type Note, notes, serviceOptions, type Step } from './support/probe.ts'

const TIMEOUT_MS = 1_000
const LATEST_MS = TIMEOUT_MS + 200
const STOP_TIMEOUT_MS = 400

const never = new Promise<never>(() => undefined)
const neverAnswers = (): Promise<never> => never

let runtime: SeededRuntime
beforeEach(() => {
  runtime = seededRuntime({ seed: 4 })
})

function make(options: Partial<MicroOptions> = {}): Micro {
  return createMicro({
    ...serviceOptions({}),
    name: 'probe',
    runtime,
    modules: [silentModule],
    stopTimeoutMs: STOP_TIMEOUT_MS,
    ...options,
  })
}

async function started(options: Partial<MicroOptions> = {}): Promise<Micro> {
  const micro = make(options)
  await runtime.until(micro.start())
  return micro
}

interface CallOptions {
  readonly commandId?: string
  readonly timeoutMs?: number
  readonly positions?: Positions
}

const write = (micro: Micro, payload: Note = { stream: 'one' }, options: CallOptions = {}): Promise<unknown> =>
  micro.act(note, payload, { timeoutMs: TIMEOUT_MS, ...options })

const read = (micro: Micro, payload: Note = { stream: 'one' }, options: CallOptions = {}): Promise<unknown> =>
  micro.act(notes, payload, { timeoutMs: TIMEOUT_MS, ...options })

type Expected = readonly [code: string, outcome: 'none' | 'done' | 'unknown']

/** The caller is told this, by its deadline. */
async function expectError(call: Promise<unknown>, [code, outcome]: Expected, latestMs = LATEST_MS): Promise<void> {
  const began = runtime.monotonic()
  const answer = await runtime.until(call.catch((error: unknown) => error))
  expect(answer).toMatchObject({ code, outcome })
  expect(runtime.monotonic() - began).toBeLessThanOrEqual(latestMs)
}

async function expectAnswer(call: Promise<unknown>, latestMs = LATEST_MS): Promise<void> {
  const began = runtime.monotonic()
  await runtime.until(call)
  expect(runtime.monotonic() - began).toBeLessThanOrEqual(latestMs)
}

/** What the test breaks once the service has started. */
class Switch {
  isOn = false
}

describe('a caller never waits for ever for a handler', () => {
  it.each([
    ['authorize', 'none'],
    ['validate', 'none'],
    ['events', 'none'],
    ['respond', 'done'],
  ] as const)('when %s never answers', async (at, outcome) => {
    const micro = await started()
    await expectError(write(micro, { stream: 'one', at, fault: 'hang' }), ['MICRO_TIMEOUT', outcome])
    await expectAnswer(write(micro))
  })

  it.each(['authorize', 'query'] as const)('when %s of a view never answers', async (at) => {
    const micro = await started()
    await expectError(read(micro, { stream: 'one', at, fault: 'hang' }), ['MICRO_TIMEOUT', 'none'])
  })

  it('when an action never answers', async () => {
    const micro = make().add('sleep', neverAnswers)
    await runtime.until(micro.start())
    // It might have called a command.
    await expectError(micro.act('sleep', undefined, { timeoutMs: TIMEOUT_MS }), ['MICRO_TIMEOUT', 'unknown'])
  })

  it('when the command in front of it in its lane never ends, and its own time is shorter or longer', async () => {
    const micro = await started()
    const front = write(micro, { stream: 'one', at: 'validate', fault: 'hang' })
    const behind = write(micro, { stream: 'one' }, { timeoutMs: TIMEOUT_MS / 2 })
    const after = write(micro, { stream: 'one' }, { timeoutMs: 2 * TIMEOUT_MS })
    await Promise.all([
      expectError(front, ['MICRO_TIMEOUT', 'none']),
      expectError(behind, ['MICRO_TIMEOUT', 'none'], TIMEOUT_MS / 2 + 200),
      expectAnswer(after),
    ])
  })

  it('when the first run of its command id never ends', async () => {
    const micro = await started()
    const payload = { stream: 'one', at: 'validate', fault: 'hang' } as const
    const runs = upTo(3).map(() => write(micro, payload, { commandId: 'same' }))
    await Promise.all(runs.map((run) => expectError(run, ['MICRO_TIMEOUT', 'none'])))
  })

  it('when the service is full of calls that never end', async () => {
    const micro = await started({ concurrency: 4 })
    const hanging = upTo(4).map((each) => write(micro, { stream: `${each}`, at: 'respond', fault: 'hang' }))
    const more = expectError(write(micro), ['MICRO_OVERLOADED', 'none'], 0)
    await Promise.all([more, ...hanging.map((call) => expectError(call, ['MICRO_TIMEOUT', 'done']))])
    await expectAnswer(write(micro))
  })

  it('when it goes away itself', async () => {
    const micro = await started()
    const caller = new AbortController()
    const call = micro.act(note, { stream: 'one', at: 'validate', fault: 'hang' }, { signal: caller.signal })
    runtime.setTimer(100, () => caller.abort())
    await expectError(call, ['MICRO_CANCELLED', 'none'], 100)
  })
})

describe('a caller never waits for ever for models', () => {
  it('when a reducer throws', async () => {
    const micro = await started()
    const poison = { stream: 'one', at: 'reducer', fault: 'throw' } as const
    await expectError(write(micro, poison), ['MICRO_PROJECTION_HALTED', 'done'])
    await expectError(write(micro), ['MICRO_PROJECTION_HALTED', 'none'])
    await expectError(read(micro), ['MICRO_PROJECTION_HALTED', 'none'])
  })

  it('when a reducer never answers', async () => {
    const micro = await started()
    await expectError(write(micro, { stream: 'one', at: 'reducer', fault: 'hang' }), ['MICRO_TIMEOUT', 'done'])
    await expectError(write(micro), ['MICRO_TIMEOUT', 'none'])
  })

  const broken: readonly (readonly [string, Partial<ProjectionStore>, Expected])[] = [
    ['their commit fails', { commit: () => Promise.reject(new Error('broken')) }, ['MICRO_PROJECTION_HALTED', 'done']],
    [
      'their commit fails again and again',
      { commit: () => Promise.reject(new MicroError('MICRO_UNAVAILABLE', 'Away.')) },
      ['MICRO_TIMEOUT', 'done'],
    ],
    ['their commit never answers', { commit: neverAnswers }, ['MICRO_TIMEOUT', 'done']],
    [
      'their commit is always beaten, by nobody that is seen',
      { commit: () => Promise.reject(new MicroError('MICRO_CONFLICT', 'Beaten.')) },
      ['MICRO_TIMEOUT', 'done'],
    ],
    [
      'their commit is beaten and the checkpoint never answers',
      { commit: () => Promise.reject(new MicroError('MICRO_CONFLICT', 'Beaten.')), checkpoint: neverAnswers },
      ['MICRO_TIMEOUT', 'done'],
    ],
    ['their rows never come', { get: neverAnswers }, ['MICRO_TIMEOUT', 'none']],
    ['their rows cannot be read', { get: () => Promise.reject(new Error('broken')) }, ['MICRO_INTERNAL', 'none']],
  ]
  it.each(broken)('when %s', async (_, change, expected) => {
    const isBroken = new Switch()
    const projections = decoratedModels(memoryProjectionStore(), (store) => {
      const healthy: Pick<ProjectionStore, 'get' | 'commit' | 'checkpoint'> = {
        get: (table, keys) => store.get(table, keys),
        commit: (generation, given) => store.commit(generation, given),
        checkpoint: (projection, options) => store.checkpoint(projection, options),
      }
      const now = (): typeof healthy => (isBroken.isOn ? { ...healthy, ...change } : healthy)
      return {
        get: (table, keys) => now().get(table, keys),
        commit: (generation, given) => now().commit(generation, given),
        checkpoint: (projection, options) => now().checkpoint(projection, options),
      }
    })
    const micro = await started({ projections })
    await expectAnswer(write(micro))
    isBroken.isOn = true
    await expectError(write(micro), expected)
  })

  it('when another instance has applied the event', async () => {
    const store = memoryEventStore()
    const projections = memoryProjectionStore()
    const [one, other] = [await started({ store, projections }), await started({ store, projections })]
    for (const each of upTo(20)) await expectAnswer(write(each % 2 === 0 ? one : other))
  })

  it('when the instance that applies stands still in the middle of it', async () => {
    const store = memoryEventStore()
    const models = memoryProjectionStore()
    const isStuck = new Switch()
    const projections = decoratedModels(models, (opened) => ({
      commit: (generation, commit) => (isStuck.isOn ? never : opened.commit(generation, commit)),
    }))
    const applier = await started({ store, projections })
    const follower = await started({ store, projections: models })
    await expectAnswer(write(applier))
    isStuck.isOn = true
    await expectAnswer(write(follower))
    // It waits for its rows, before anything is written.
    await expectError(write(applier), ['MICRO_TIMEOUT', 'none'])
  })
})

describe('a caller never waits for ever for the log', () => {
  const full = new MicroError('MICRO_STORE_FULL', 'Full.')
  const lost = new MicroError('MICRO_UNAVAILABLE', 'Lost.', { outcome: 'unknown' })
  it.each<readonly [string, () => Promise<never>, Expected]>([
    ['fails', () => Promise.reject(full), ['MICRO_STORE_FULL', 'none']],
    ['throws what is no typed error', () => Promise.reject(new Error('broken')), ['MICRO_INTERNAL', 'unknown']],
    ['ends unknown again and again', () => Promise.reject(lost), ['MICRO_TIMEOUT', 'unknown']],
    ['never answers', neverAnswers, ['MICRO_TIMEOUT', 'unknown']],
  ])('when an append %s', async (_, append, expected) => {
    const isBroken = new Switch()
    const store = decorated(memoryEventStore(), (opened) => ({
      append: (writes) => (isBroken.isOn ? append() : opened.append(writes)),
    }))
    const micro = await started({ store })
    isBroken.isOn = true
    await expectError(write(micro), expected)
    isBroken.isOn = false
    await expectAnswer(write(micro, { stream: 'other' }))
  })

  it('when the confirmation of a "no" never comes', async () => {
    const store = decorated(memoryEventStore(), () => ({ append: neverAnswers }))
    const micro = await started({ store })
    await expectError(write(micro, { stream: 'one', count: 0 }), ['MICRO_TIMEOUT', 'none'])
  })

  it('when every append conflicts', async () => {
    const store = decorated(memoryEventStore(), () => ({
      append: () => Promise.reject(new MicroError('MICRO_CONFLICT', 'Other changes.')),
    }))
    const micro = await started({ store })
    await expectError(write(micro), ['MICRO_CONFLICT', 'none'])
  })

  it('when the store says that it has the command, and nobody ever brings it', async () => {
    const gate = new Gate()
    const inner = memoryEventStore()
    const micro = await started({ store: lagging(inner, gate) })
    const other = await started({ store: inner })
    gate.shut()
    await expectAnswer(write(other, { stream: 'one' }, { commandId: 'same' }))
    await expectError(write(micro, { stream: 'one', count: 1 }, { commandId: 'same' }), ['MICRO_TIMEOUT', 'done'])
  })

  it('when the subscription delivers nothing any more', async () => {
    const gate = new Gate()
    const inner = memoryEventStore()
    const micro = await started({ store: lagging(inner, gate) })
    const other = await started({ store: inner })
    gate.shut()
    await expectError(write(micro), ['MICRO_TIMEOUT', 'done'])
    const positions = new Positions()
    await expectAnswer(write(other, { stream: 'two' }, { positions }))
    await expectError(read(micro, { stream: 'one' }, { positions }), ['MICRO_TIMEOUT', 'none'])
    await expectError(write(micro, { stream: 'one' }, { positions }), ['MICRO_TIMEOUT', 'none'])
    gate.open()
    await expectAnswer(read(micro, { stream: 'one' }, { positions }))
  })

  it.each<readonly [string, () => Error | undefined, Expected]>([
    ['dies again and again', () => lost, ['MICRO_TIMEOUT', 'done']],
    ['ends without a word, again and again', () => undefined, ['MICRO_TIMEOUT', 'done']],
    ['dies of a fault', () => new Error('broken'), ['MICRO_UNAVAILABLE', 'done']],
    [
      'dies of damage',
      () => new MicroError('MICRO_STORE_CORRUPT', 'Damaged.', { fatal: true }),
      ['MICRO_UNAVAILABLE', 'done'],
    ],
  ])('when the subscription %s', async (_, death, expected) => {
    const isBroken = new Switch()
    const store = decorated(memoryEventStore(), (opened) => ({
      async *subscribe(options) {
        const end = (): boolean => {
          const error = isBroken.isOn ? death() : undefined
          if (error !== undefined) throw error
          return isBroken.isOn
        }
        if (end()) return
        for await (const batch of opened.subscribe(options)) {
          if (end()) return
          yield batch
        }
      },
    }))
    const micro = await started({ store })
    await expectAnswer(write(micro))
    isBroken.isOn = true
    await expectError(write(micro), expected)
  })

  it('when its position is beyond the end of the log, or nobody says where that is', async () => {
    const isBroken = new Switch()
    const store = decorated(memoryEventStore(), (opened) => ({
      head: (options) => (isBroken.isOn ? never : opened.head(options)),
    }))
    const micro = await started({ store })
    const { positions } = await runtime.until(micro.call(note, { stream: 'one' }))
    const [id] = Object.keys(positions)
    const beyond = (): CallOptions => ({ positions: Positions.parse(`${id}=999`) })
    await expectError(write(micro, undefined, beyond()), ['MICRO_INVALID', 'none'], 0)
    await expectError(read(micro, undefined, beyond()), ['MICRO_INVALID', 'none'], 0)
    isBroken.isOn = true
    await expectError(write(micro, undefined, beyond()), ['MICRO_TIMEOUT', 'none'])
    await expectError(read(micro, undefined, beyond()), ['MICRO_TIMEOUT', 'none'])
  })

  it('when the head of its stream cannot be read', async () => {
    const store = decorated(memoryEventStore(), () => ({
      // oxlint-disable-next-line require-yield -- it never comes to that
      async *readStream() {
        await never
      },
    }))
    const micro = await started({ store, cachedStreams: 1 })
    for (const each of upTo(3)) await expectAnswer(write(micro, { stream: `${each}` }))
    await expectError(write(micro, { stream: 'new' }), ['MICRO_TIMEOUT', 'none'])
  })

  it('when what a repeat asks for cannot be read', async () => {
    const isBroken = new Switch()
    const store = decorated(memoryEventStore(), (opened) => ({
      async *readAll(options) {
        if (isBroken.isOn) await never
        yield* opened.readAll(options)
      },
    }))
    const micro = await started({ store, keptReplyBytes: 1 })
    await expectAnswer(write(micro, { stream: 'one' }, { commandId: 'same' }))
    isBroken.isOn = true
    await expectError(write(micro, { stream: 'one' }, { commandId: 'same' }), ['MICRO_TIMEOUT', 'done'])
  })

  it('when the store was closed under the service', async () => {
    const inner = memoryEventStore()
    let close = async (): Promise<void> => undefined
    const store = decorated(inner, (opened) => {
      close = () => opened.close()
      return {}
    })
    const micro = await started({ store })
    await close()
    await expectError(write(micro), ['MICRO_UNAVAILABLE', 'none'])
  })
})

describe('a caller never waits for ever for another service', () => {
  const other = { service: 'other', name: 'answer', kind: 'action' } as const

  /** A service whose action calls `other`, and a caller that does so itself. */
  async function callers(transport = memoryTransport()): Promise<readonly (() => Promise<unknown>)[]> {
    const micro = make({ transport }).add('ask other', (_, { act }) => act(other))
    await runtime.until(micro.start())
    return [
      () => micro.act(other, undefined, { timeoutMs: TIMEOUT_MS }),
      () => micro.act('ask other', undefined, { timeoutMs: TIMEOUT_MS }),
    ]
  }

  it('that is not there', async () => {
    for (const call of await callers()) await expectError(call(), ['MICRO_UNAVAILABLE', 'none'])
  })

  it('that never answers', async () => {
    const transport = memoryTransport()
    const service = createMicro({ name: 'other', transport, runtime, modules: [silentModule] })
    service.add('answer', neverAnswers)
    await runtime.until(service.start())
    const [direct, nested] = await callers(transport)
    await expectError((direct as () => Promise<unknown>)(), ['MICRO_TIMEOUT', 'unknown'])
    await expectError((nested as () => Promise<unknown>)(), ['MICRO_TIMEOUT', 'unknown'])
  })

  it('when the transport drops the request, or the reply', async () => {
    for (const isRequestLost of [true, false]) {
      const network = memoryTransport()
      const transport = isRequestLost
        ? lateTransport(network, neverAnswers)
        : decoratedTransport(network, (inner) => ({
            serve: (endpoint, handle) => inner.serve(endpoint, async (request) => (await handle(request), never)),
          }))
      const micro = await started({ transport })
      const caller = createMicro({ name: 'caller', transport: network, runtime, modules: [silentModule] })
      await runtime.until(caller.start())
      await expectError(write(caller), ['MICRO_TIMEOUT', 'unknown'])
      await expectAnswer(write(micro))
    }
  })

  it('when the transport answers neither requests nor in time', async () => {
    const transport = decoratedTransport(memoryTransport(), () => ({ request: neverAnswers }))
    for (const call of await callers(transport))
      await expectError(call(), ['MICRO_TIMEOUT', expect.any(String) as never])
  })

  it('when nobody says who has the action', async () => {
    const transport = decoratedTransport(memoryTransport(), () => ({
      // oxlint-disable-next-line require-yield -- it never comes to that
      async *discover() {
        await never
      },
    }))
    const micro = await started({ transport })
    await expectError(micro.act('anything', undefined, { timeoutMs: TIMEOUT_MS }), ['MICRO_TIMEOUT', 'none'])
  })
})

describe('a caller never waits for ever for a service', () => {
  it('that nobody starts', async () => {
    await expectError(write(make({ timeoutMs: TIMEOUT_MS })), ['MICRO_UNAVAILABLE', 'none'])
  })

  const opening: readonly (readonly [string, Partial<MicroOptions>])[] = [
    ['the store never opens', { store: { ...memoryEventStore(), open: neverAnswers } }],
    ['the models never open', { projections: { ...memoryProjectionStore(), open: neverAnswers } }],
    ['the transport never opens', { transport: { ...memoryTransport(), open: neverAnswers } }],
    ['nobody says where the log ends', { store: decorated(memoryEventStore(), () => ({ head: neverAnswers })) }],
  ]
  it.each(opening)('that never finishes its start: %s', async (_, options) => {
    const micro = make(options)
    void micro.start()
    await expectError(write(micro), ['MICRO_UNAVAILABLE', 'none'])
    await expectError(read(micro), ['MICRO_UNAVAILABLE', 'none'])
  })

  it('whose journal of past commands is never read', async () => {
    const inner = memoryEventStore()
    const projections = memoryProjectionStore()
    const before = await started({ store: inner, projections })
    await expectAnswer(write(before))
    const store = decorated(inner, (opened) => ({
      async *readAll(options) {
        if (options?.direction === 'backwards') await never
        yield* opened.readAll(options)
      },
    }))
    const micro = make({ store, projections })
    void micro.start()
    await expectError(write(micro), ['MICRO_UNAVAILABLE', 'none'])
  })

  it('whose start fails', async () => {
    const micro = make({ store: { ...memoryEventStore(), open: () => Promise.reject(new Error('broken')) } })
    const call = write(micro)
    const start = micro.start().catch((error: unknown) => error)
    await expectError(call, ['MICRO_UNAVAILABLE', 'none'])
    expect(await start).toMatchObject({ message: 'broken' })
  })

  it.each<readonly [Step, 'none' | 'done']>([
    ['validate', 'none'],
    ['reducer', 'done'],
    ['respond', 'done'],
  ])('that stops while %s hangs', async (at, outcome) => {
    const micro = await started()
    const call = write(micro, { stream: 'one', at, fault: 'hang' }, { timeoutMs: 3_600_000 })
    await runtime.settle()
    void micro.stop()
    const latest = STOP_TIMEOUT_MS + 200
    await Promise.all([
      expectError(call, ['MICRO_UNAVAILABLE', outcome], latest),
      expectError(write(micro), ['MICRO_UNAVAILABLE', 'none'], 0),
    ])
  })

  it('that stops while an append is unanswered', async () => {
    const micro = await started({ store: decorated(memoryEventStore(), () => ({ append: neverAnswers })) })
    const call = write(micro, undefined, { timeoutMs: 3_600_000 })
    await runtime.settle()
    void micro.stop()
    await expectError(call, ['MICRO_UNAVAILABLE', 'unknown'], STOP_TIMEOUT_MS + 200)
  })

  it('that stops while a call from elsewhere hangs', async () => {
    const transport = memoryTransport()
    const micro = await started({ transport })
    const caller = createMicro({ name: 'caller', transport, runtime, modules: [silentModule] })
    await runtime.until(caller.start())
    const call = write(caller, { stream: 'one', at: 'validate', fault: 'hang' }, { timeoutMs: 3_600_000 })
    await runtime.settle()
    const stop = micro.stop()
    await expectError(call, ['MICRO_UNAVAILABLE', 'none'], STOP_TIMEOUT_MS + 200)
    await expectAnswer(stop)
  })
})
