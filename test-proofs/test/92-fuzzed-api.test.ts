import {
  createMicro,
  defineAction,
  defineCommand,
  defineEvents,
  defineModel,
  defineModule,
  defineReducer,
  defineRule,
  defineView,
  defineViewContract,
  identityOf,
  isMicroError,
  loadSheets,
  memoryEventStore,
  memoryProjectionStore,
  memoryTransport,
  MicroError,
  Positions,
  secret,
  systemRuntime,
} from '@micro/core'
import { scaled } from '@micro/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger, silentModule } from '../../test-e2e/test/support/silent-logger.ts'
import { serviceOptions } from './support/bank.ts'
import { openStore } from '../../test-e2e/test/support/open-store.ts'

const RUNS = scaled(2_000, 200)
const PATIENCE_MS = 5_000

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withSparseArray: true,
  withTypedArray: true,
  withObjectString: true,
  withBoxedValues: true,
  maxDepth: 2,
})

/** What only the language itself says: whoever reads it learns nothing of what to do. */
const ACCIDENT =
  /Cannot (read|set|convert|destructure|access|use 'in')|is not (a function|iterable|a constructor|extensible)|undefined is not|null is not|Reduce of empty|Invalid array length|Maximum call stack|Do not know how to serialize|circular structure|before initialization/

/** Nothing was expected of it but to end in time, well or with an error of ours. */
async function endsWell(name: string, use: () => unknown): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const hung = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} hangs`)), PATIENCE_MS)
  })
  try {
    await Promise.race([Promise.resolve().then(use), hung])
  } catch (error) {
    const isOurs = isMicroError(error) || (error instanceof TypeError && !ACCIDENT.test(error.message))
    if (!isOurs) throw error
  } finally {
    clearTimeout(timer)
  }
}

const bank = createMicro({ ...serviceOptions({}), name: 'bank', modules: [silentModule] })
const host = { runtime: systemRuntime(), logger: silentLogger, service: 'fuzz', instance: 'fuzz' }

beforeAll(() => bank.start())
afterAll(() => bank.stop())

async function first(batches: AsyncIterable<unknown>): Promise<unknown> {
  for await (const batch of batches) return batch
  return undefined
}

type Use = (a: never, b: never, c: never) => unknown
const schema = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] } as const
const thing = defineModel('thing', { key: 'id', schema })
const happened = defineEvents({ happened: schema })
const command = defineCommand('do thing', { service: 'fuzz', payload: schema })
const view = defineViewContract('see thing', { service: 'fuzz', payload: schema })

const SHEETS: Readonly<Record<string, Use>> = {
  createMicro: (a) => createMicro(a),
  'createMicro with a name': (a) => createMicro({ name: 'x', ...(a as object) }),
  'createMicro with sheets': (a) => createMicro({ name: 'x', sheets: a }),
  'createMicro with modules': (a, b) => createMicro({ name: 'x', modules: [a, b] }),
  defineAction: (a, b) => defineAction(a, b),
  defineCommand: (a, b) => defineCommand(a, b),
  defineViewContract: (a, b) => defineViewContract(a, b),
  defineEvents: (a) => defineEvents(a),
  defineModel: (a, b) => defineModel(a, b),
  defineModule: (a) => defineModule(a),
  defineReducer: (a) => defineReducer(a),
  'defineReducer with models': (a, b) => defineReducer({ models: { thing }, events: a, on: b }),
  defineRule: (a, b) => defineRule(a, b),
  'defineRule with a contract': (a) => defineRule(command, a),
  'defineRule with events': (a, b) => defineRule(command, { emits: happened, stream: a, events: b }),
  defineView: (a, b) => defineView(a, b),
  'defineView with a contract': (a) => defineView(view, a),
  loadSheets: (a, b) => loadSheets(a, b),
  identityOf: (a, b) => identityOf(a, b),
  secret: (a) => secret(a),
  'Positions.parse': (a) => Positions.parse(a),
  MicroError: (a, b, c) => new MicroError(a, b, c),
}

const CALLS: Readonly<Record<string, Use>> = {
  act: (a, b) => bank.act(a, b, { timeoutMs: 100 }),
  'act with options': (a, b, c) => bank.act(a, b, c),
  'act of a command': (a) => bank.act('deposit money', a, { timeoutMs: 1_000 }),
  'act of a command with options': (a) => bank.act('deposit money', { account: 'a', amount: 1 }, a),
  'act of a view': (a) => bank.act('account', a),
  'act at an address': (a, b) => bank.act({ service: a, name: b }, {}, { timeoutMs: 100 }),
  call: (a, b, c) => bank.call(a, b, c),
  add: (a, b) => createMicro({ name: 'x' }).add(a, b),
  'events.subscribe': (a) => first(bank.events.subscribe({ ...(a as object), live: false })),
}

const opened = {
  events: openStore(memoryEventStore()),
  projections: memoryProjectionStore().open(host),
  transport: memoryTransport().open(host),
}
const PORTS: Readonly<Record<string, Use>> = {
  memoryEventStore: (a) => memoryEventStore(a),
  memoryTransport: (a) => memoryTransport(a),
  append: async (a) => (await opened.events).append(a),
  'append of writes': async (a, b, c) => (await opened.events).append([{ stream: a, expected: b, events: [c] }]),
  readStream: async (a, b) => first((await opened.events).readStream(a, b)),
  readAll: async (a) => first((await opened.events).readAll(a)),
  subscribe: async (a) => first((await opened.events).subscribe(a)),
  request: async (a, b) => (await opened.transport).request(a, b, { timeoutMs: 100 }),
  'request with options': async (a, b, c) => (await opened.transport).request(a, b, c),
  publish: async (a, b) => (await opened.transport).publish(a, b),
  'subscribe to a subject': async (a, b, c) => (await opened.transport).subscribe(a, b, c),
}

describe.each(Object.entries({ ...SHEETS, ...CALLS, ...PORTS }))('[92] anything at all given to %s', (name, use) => {
  it('ends in time, well or with an error that says what was wrong', { timeout: 120_000 }, async () => {
    const ending = fc.asyncProperty(anything, anything, anything, (a, b, c) =>
      endsWell(name, () => use(a as never, b as never, c as never)),
    )
    await expect(fc.assert(ending, { numRuns: RUNS })).resolves.toBeUndefined()
  })
})
