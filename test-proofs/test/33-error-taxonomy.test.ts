// What each failure tells its caller: whether the same call may succeed later, and what it left in the log.
import {
  createMicro,
  ERROR_CODES,
  EVENT_FORMAT,
  type EventStore,
  type EventStoreProvider,
  fromWireError,
  HEADERS,
  isMicroError,
  memoryEventStore,
  memoryTransport,
  type Micro,
  type MicroErrorCode,
  type MicroOptions,
  type Outcome,
  Positions,
  toWireError,
  type TransportProvider,
} from '@micro/core'
import { sqliteEventStore } from '@micro/store-sqlite'
import { seededRuntime, type SeededRuntime } from '@micro/testkit'
import { afterAll, describe, expect, it } from 'vitest'
import { decorated } from '../../packages/core/test/support/decorated-store.ts'
import { silentLogger, silentModule } from '../../test-e2e/test/support/silent-logger.ts'
import { tempFolder } from '../../test-e2e/test/support/temp-folder.ts'
import { decoratedTransport } from './support/decorated-transport.ts'
import { type Fault, note, notes, serviceOptions, type Step } from './support/probe.ts'
import { refusalOf } from './support/refused.ts'

const TIMEOUT_MS = 1_000

/** A service with nothing but what the row asks for. */
class Bench {
  readonly runtime: SeededRuntime = seededRuntime({ seed: 33 })
  readonly transport: TransportProvider = memoryTransport()

  async started(options: Partial<MicroOptions> = {}): Promise<Micro> {
    const micro = this.made(options)
    await this.until(micro.start())
    return micro
  }

  made(options: Partial<MicroOptions> = {}): Micro {
    const { runtime, transport } = this
    return createMicro({
      ...serviceOptions({}),
      name: 'probe',
      runtime,
      transport,
      modules: [silentModule],
      stopTimeoutMs: 100,
      ...options,
    })
  }

  until<Result>(promise: Promise<Result>): Promise<Result> {
    return this.runtime.until(promise)
  }
}

interface Row {
  readonly when: string
  readonly code: MicroErrorCode
  readonly retryable: boolean
  readonly outcome: Outcome
  /** Rejects with the error. */
  readonly fail: (bench: Bench) => Promise<unknown>
}

const never = new Promise<never>(() => undefined)

const row = (code: MicroErrorCode, retryable: boolean, outcome: Outcome, when: string, fail: Row['fail']): Row => ({
  when,
  code,
  retryable,
  outcome,
  fail,
})

/** Calls a service that is made with these options. */
const calling =
  (payload: { readonly at?: Step; readonly fault?: Fault }, options: Partial<MicroOptions> = {}) =>
  async (bench: Bench): Promise<unknown> => {
    const micro = await bench.started(options)
    return micro.act(note, { stream: 'one', ...payload }, { timeoutMs: TIMEOUT_MS })
  }

/** The same, and the caller goes away in the middle. */
const leaving =
  (payload: { readonly at?: Step; readonly fault?: Fault }, options: Partial<MicroOptions> = {}) =>
  async (bench: Bench): Promise<unknown> => {
    const micro = await bench.started(options)
    const caller = new AbortController()
    bench.runtime.setTimer(100, () => caller.abort())
    return micro.act(note, { stream: 'one', ...payload }, { signal: caller.signal })
  }

/** The same, and the service is stopped in the middle. */
const stopping =
  (payload: { readonly at?: Step; readonly fault?: Fault }, options: Partial<MicroOptions> = {}) =>
  async (bench: Bench): Promise<unknown> => {
    const micro = await bench.started(options)
    bench.runtime.setTimer(100, () => void micro.stop())
    return micro.act(note, { stream: 'one', ...payload })
  }

const storeWith = (change: (store: EventStore) => Partial<EventStore>): { store: EventStoreProvider } => ({
  store: decorated(memoryEventStore(), change),
})
const silent = (): Partial<MicroOptions> => storeWith(() => ({ append: () => never }))
const failing = (code: MicroErrorCode): Partial<MicroOptions> =>
  storeWith(() => ({ append: () => Promise.reject(fromWireError({ code, message: 'As asked.' })) }))

/** An event of ours, in a format that is not known yet. */
const LATER = { format: EVENT_FORMAT + 1, commandId: 'later', service: 'probe', index: 0, count: 1 }

const folder = tempFolder()
afterAll(() => folder[Symbol.dispose]())

const ROWS: readonly Row[] = [
  row('MICRO_INVALID', false, 'none', 'the payload is not as the schema says', async (bench) =>
    (await bench.started()).act(note, { stream: 1 }),
  ),
  row('MICRO_INVALID', false, 'none', 'a position is beyond the end of the log', async (bench) => {
    const micro = await bench.started()
    const { positions } = await bench.until(micro.call(note, { stream: 'one' }))
    const [id] = Object.keys(positions)
    return micro.act(notes, { stream: 'one' }, { positions: Positions.parse(`${id}=999`) })
  }),
  row(
    'MICRO_UNAUTHENTICATED',
    false,
    'none',
    'authorize wants to know who asks',
    calling({ at: 'authorize', fault: 'MICRO_UNAUTHENTICATED' }),
  ),
  row('MICRO_FORBIDDEN', false, 'none', 'authorize refuses', calling({ at: 'authorize', fault: 'object' })),
  row('MICRO_RULE_BROKEN', false, 'none', 'validate objects', calling({ at: 'validate', fault: 'object' })),
  row('MICRO_RULE_BROKEN', false, 'none', 'preValidate objects', calling({ at: 'preValidate', fault: 'object' })),
  row('MICRO_NOT_FOUND', false, 'none', 'a row is missing', calling({ at: 'validate', fault: 'MICRO_NOT_FOUND' })),
  row('MICRO_NOT_FOUND', false, 'none', 'the service has no such action', async (bench) =>
    (await bench.started()).act({ service: 'probe', name: 'nothing' }),
  ),
  row('MICRO_NOT_FOUND', false, 'none', 'no service has such an action', async (bench) =>
    (await bench.started()).act('nothing'),
  ),
  row('MICRO_CONFLICT', true, 'none', 'others are always first', calling({}, failing('MICRO_CONFLICT'))),
  row('MICRO_DUPLICATE', false, 'done', 'a repeat whose answer is given only once', async (bench) => {
    const micro = await bench.started()
    await bench.until(micro.act('note once', { stream: 'one' }, { commandId: 'same' }))
    return micro.act('note once', { stream: 'one' }, { commandId: 'same' })
  }),
  row('MICRO_ID_REUSED', false, 'none', 'the same id with another payload', async (bench) => {
    const micro = await bench.started()
    await bench.until(micro.act(note, { stream: 'one' }, { commandId: 'same' }))
    return micro.act(note, { stream: 'two' }, { commandId: 'same' })
  }),
  row('MICRO_TIMEOUT', true, 'none', 'the rule hangs', calling({ at: 'validate', fault: 'hang' })),
  row('MICRO_TIMEOUT', true, 'unknown', 'the append does not answer', calling({}, silent())),
  row('MICRO_TIMEOUT', true, 'done', 'respond hangs', calling({ at: 'respond', fault: 'hang' })),
  row('MICRO_CANCELLED', false, 'none', 'the caller goes during the rule', leaving({ at: 'validate', fault: 'hang' })),
  row('MICRO_CANCELLED', false, 'unknown', 'the caller goes during the append', leaving({}, silent())),
  row('MICRO_CANCELLED', false, 'done', 'the caller goes during respond', leaving({ at: 'respond', fault: 'hang' })),
  row('MICRO_OVERLOADED', true, 'none', 'the service is at its limit', async (bench) => {
    const micro = await bench.started({ concurrency: 1 })
    void refusalOf(micro.act(note, { stream: 'one', at: 'validate', fault: 'hang' }))
    return micro.act(note, { stream: 'two' })
  }),
  row('MICRO_OVERLOADED', true, 'none', 'the store owes too many answers', async (bench) => {
    const micro = await bench.started({ ...silent(), unansweredAppends: 1 })
    const first = micro.act(note, { stream: 'one' }, { timeoutMs: TIMEOUT_MS })
    await bench.until(refusalOf(first))
    return micro.act(note, { stream: 'two' })
  }),
  row('MICRO_UNAVAILABLE', true, 'none', 'nobody serves the action', async (bench) =>
    (await bench.started()).act({ service: 'other', name: 'nothing' }),
  ),
  row('MICRO_UNAVAILABLE', true, 'none', 'the service has stopped', async (bench) => {
    const micro = await bench.started()
    await bench.until(micro.stop())
    return micro.act(note, { stream: 'one' })
  }),
  row('MICRO_UNAVAILABLE', true, 'none', 'it stops during the rule', stopping({ at: 'validate', fault: 'hang' })),
  row('MICRO_UNAVAILABLE', true, 'unknown', 'it stops during the append', stopping({}, silent())),
  row('MICRO_UNAVAILABLE', true, 'done', 'it stops during respond', stopping({ at: 'respond', fault: 'hang' })),
  row(
    'MICRO_PROJECTION_HALTED',
    false,
    'done',
    'the reducer fails on the own event',
    calling({ at: 'reducer', fault: 'throw' }),
  ),
  row('MICRO_PROJECTION_HALTED', false, 'none', 'the reducer has failed before', async (bench) => {
    const micro = await bench.started()
    const poison = micro.act(note, { stream: 'one', at: 'reducer', fault: 'throw' })
    await bench.until(refusalOf(poison))
    return micro.act(note, { stream: 'two' })
  }),
  row('MICRO_TOO_LARGE', false, 'none', 'the payload makes too long a stream name', async (bench) =>
    (await bench.started()).act(note, { stream: 'x'.repeat(300) }),
  ),
  row('MICRO_TOO_LARGE', false, 'none', 'the transport does not take so much', async (bench) => {
    const caller = await bench.started({ transport: memoryTransport({ maxBodyBytes: 10 }) })
    return caller.act({ service: 'other', name: 'nothing' }, 'x'.repeat(300))
  }),
  row('MICRO_NOT_SUPPORTED', false, 'none', 'the log was written by a later format', async (bench) => {
    const store = memoryEventStore()
    const { runtime } = bench
    const log = await store.open({ runtime, logger: silentLogger, service: 'later', instance: 'later' })
    const event = { id: runtime.newId(), type: 'noted', data: { stream: 'one' }, time: new Date(0).toISOString() }
    const writes = [{ stream: 'probe/one', expected: 'no-stream' as const, events: [{ ...event, metadata: LATER }] }]
    await log.append(writes)
    return bench.made({ store }).start()
  }),
  row('MICRO_WIRING', false, 'none', 'the service is made wrongly', async (bench) =>
    bench.made({ name: 'Not Words!' }),
  ),
  row('MICRO_PROTOCOL', false, 'none', 'a header is malformed', async (bench) => {
    await bench.started()
    const { runtime, transport } = bench
    const network = await transport.open({ runtime, logger: silentLogger, service: 'raw', instance: 'raw' })
    const headers = { [HEADERS.deadline]: 'soon' }
    const reply = await network.request('micro.probe.note', { headers, body: {} }, { timeoutMs: TIMEOUT_MS })
    throw fromWireError(reply.error)
  }),
  row('MICRO_PROTOCOL', false, 'unknown', 'the error of a reply is malformed', async (bench) => {
    const request = async (): Promise<never> => ({ headers: {}, error: { code: 'nonsense' } }) as never
    const micro = await bench.started({ transport: decoratedTransport(bench.transport, () => ({ request })) })
    return micro.act({ service: 'other', name: 'nothing' })
  }),
  row('MICRO_STORE_FULL', true, 'none', 'the store has no room', calling({}, failing('MICRO_STORE_FULL'))),
  row('MICRO_STORE_CORRUPT', false, 'done', 'the log has lost what it had', async (bench) => {
    const { store } = storeWith(() => ({ async *readAll() {} }))
    const micro = await bench.started({ store, keptReplyBytes: 1 })
    await bench.until(micro.act(note, { stream: 'one' }, { commandId: 'same' }))
    return micro.act(note, { stream: 'one' }, { commandId: 'same' })
  }),
  row('MICRO_STORE_LOCKED', true, 'none', 'another process has the file for itself', async ({ runtime }) => {
    const options = { file: `${folder.path}/log.db`, exclusive: true }
    const host = { runtime, logger: silentLogger, service: 'probe', instance: 'probe' }
    const holder = await sqliteEventStore(options).open(host)
    try {
      return await sqliteEventStore(options).open(host)
    } finally {
      await holder.close()
    }
  }),
  row('MICRO_INTERNAL', false, 'none', 'the rule is broken', calling({ at: 'validate', fault: 'throw' })),
  row('MICRO_INTERNAL', false, 'done', 'respond is broken', calling({ at: 'respond', fault: 'throw' })),
  row('MICRO_INTERNAL', false, 'unknown', 'an action is broken, and may have called commands', async (bench) => {
    const micro = bench.made().add('break', () => {
      throw new RangeError('broken')
    })
    await bench.until(micro.start())
    return micro.act('break')
  }),
]

describe('[33] every failure tells its caller whether to try again, and what it left', () => {
  it.each(ROWS)('$code, $outcome: $when', async ({ code, retryable, outcome, fail }) => {
    const bench = new Bench()
    const error: unknown = await bench.until(
      fail(bench).then(
        () => 'nothing failed',
        (thrown: unknown) => thrown,
      ),
    )
    if (!isMicroError(error)) throw error
    expect({ code: error.code, retryable: error.retryable, outcome: error.outcome }).toEqual({
      code,
      retryable,
      outcome,
    })
    // And the same to a caller elsewhere.
    const { details, service, correlationId } = error
    expect(fromWireError(JSON.parse(JSON.stringify(toWireError(error))))).toMatchObject(
      JSON.parse(JSON.stringify({ code, retryable, outcome, details, service, correlationId })),
    )
  })

  it('all of them: no code is without a row', () => {
    expect(new Set(ROWS.map(({ code }) => code))).toEqual(new Set(Object.keys(ERROR_CODES)))
  })

  it('retryable is the same for every failure of a code', () => {
    for (const { code, retryable } of ROWS) expect([code, retryable]).toEqual([code, ERROR_CODES[code].retryable])
  })
})
