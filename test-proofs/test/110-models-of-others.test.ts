import {
  createMicro,
  defineCommand,
  defineEvents,
  defineModel,
  defineModule,
  defineReducer,
  defineRule,
  defineView,
  defineViewContract,
  isMicroError,
  memoryEventStore,
  memoryProjectionStore,
  type Micro,
  type ProjectionStore,
  pause as pauseBy,
} from '@micro/core'
import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { DESK } from './support/desk.ts'
import type { Instance } from './support/instance.ts'
import { inParallel, upTo } from './support/in-parallel.ts'
import { deployVirtual, type VirtualDeployment } from './support/virtual-deployment.ts'
import { silentLogger, silentModule } from '../../test-e2e/test/support/silent-logger.ts'

const SCHEDULES = scaled(3_000)
const ON_ONE_DEPLOYMENT = 100
const FIRST_SEED = Number(process.env['MICRO_TEST_SEED'] ?? 1)
const link = { tail: [0, 30], append: [0, 10], answer: [0, 10], rows: [0, 20], models: [0, 20] } as const

/** What answers come to where models are rebuilt beside them: the rule's own "no", or that these models are over. */
const EXPECTED = new Set(['MICRO_RULE_BROKEN', 'MICRO_CONFLICT', 'MICRO_PROJECTION_HALTED', 'MICRO_NOT_FOUND'])

/** Rebuilds every projection as the next generation, and drops the one before. */
class Rebuilder {
  readonly #deployment: VirtualDeployment
  readonly #store: ProjectionStore
  rebuilt = 0

  constructor(deployment: VirtualDeployment, store: ProjectionStore) {
    this.#deployment = deployment
    this.#store = store
  }

  async rebuildAll(): Promise<void> {
    for (const projection of this.#deployment.instances[0].link.tables.keys()) await this.#rebuild(projection)
  }

  async #rebuild(projection: string): Promise<void> {
    const models = this.#deployment.instances[0].link.tables.get(projection) ?? []
    const active = await this.#store.checkpoint(projection)
    if (active === undefined || active.position === 0) return
    const { generation, ...next } = active
    const fresh = { projection, generation: generation + 1 }
    const changes = []
    for (const { model, key } of models)
      for (const row of await this.#store.find({ projection, model, generation }, {}))
        changes.push({ kind: 'put' as const, model, key: row[key] as string, row })
    // Rows that were read while the applier went on are of no one moment.
    if ((await this.#store.checkpoint(projection))?.position !== next.position) return
    await this.#store.prepare(fresh, models)
    await this.#store.commit(fresh, { previous: undefined, next, changes })
    await this.#pause(30)
    try {
      await this.#store.activate(fresh)
    } catch (error) {
      if (!isMicroError(error, 'MICRO_CONFLICT')) throw error
      return this.#store.drop(fresh)
    }
    this.rebuilt++
    await this.#pause(60)
    await this.#store.drop({ projection, generation })
  }

  #pause(mostMs: number): Promise<void> {
    const { runtime } = this.#deployment
    return pauseBy(runtime, runtime.random() * mostMs)
  }
}

async function code(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'done'
  } catch (error) {
    if (isMicroError(error) && (error.outcome === 'none' || error.outcome === 'done')) return error.code
    throw error
  }
}

interface Seen {
  second: number
  backwards: number
  rebuilt: number
}

async function runOnOneDeployment(seed: number, schedules: number): Promise<Seen> {
  await using deployment = await deployVirtual({ service: DESK, seed, sharedModels: true, link })
  const { runtime } = deployment
  const host = { runtime, logger: silentLogger, service: 'rebuilder', instance: 'rebuilder' }
  const rebuilder = new Rebuilder(deployment, await deployment.sharedModels.open(host))
  const seen: Seen = { second: 0, backwards: 0, rebuilt: 0 }
  let instances: readonly Instance[] = deployment.instances
  let isDone = false
  const pause = (mostMs: number): Promise<void> => pauseBy(runtime, runtime.random() * mostMs)
  const any = (): Instance => instances[Math.floor(runtime.random() * 2)] as Instance

  const rebuilding = (async () => {
    while (!isDone) {
      await pause(100)
      await rebuilder.rebuildAll()
      await pause(100)
      // Whoever operates the service starts anew what says that it is not ready.
      const ready = await Promise.all(instances.map((instance) => instance.isReady()))
      instances = await Promise.all(
        ready.map(async (isReady, index) => (isReady ? (instances[index] as Instance) : deployment.start())),
      )
    }
  })()

  await inParallel(upTo(schedules), 4, async (index) => {
    const account = `a${index}`
    // Another instance may be ahead of this one; one instance, restarted or not, never goes backwards.
    const slot = index % 2
    const opening = { action: 'open', payload: { account, owner: 'ann' } }
    const codes = []
    let balance = 0
    for (let turn = 0; turn < 4; turn++) {
      await pause(40)
      codes.push(...(await Promise.all([code(any().ask(opening)), code(any().ask(opening))])))
      await code(any().ask({ action: 'deposit', payload: { account, amount: 1 } }))
      const reading = (instances[slot] as Instance).ask({ action: 'account', payload: { account } })
      const told = await code(reading)
      codes.push(told)
      if (told !== 'done') continue
      const read = ((await reading).response as { readonly balance: number }).balance
      if (read < balance) seen.backwards++
      balance = read
    }
    for (const unexpected of codes.filter((told) => told !== 'done' && !EXPECTED.has(told)))
      expect(unexpected).toBeUndefined()
  })
  isDone = true
  await rebuilding
  seen.rebuilt = rebuilder.rebuilt
  const opened = new Set<unknown>()
  for (const { type, data } of await deployment.log())
    if (type === 'account opened' && opened.size === opened.add(data['account']).size) seen.second++
  return seen
}

describe('models that another instance rebuilds and drops while rules read them', () => {
  it(`[110] never go backwards, and nothing is opened twice in ${SCHEDULES} schedules`, async () => {
    let rebuilt = 0
    for (let number = 0; number < Math.ceil(SCHEDULES / ON_ONE_DEPLOYMENT); number++) {
      const seed = FIRST_SEED + number
      const seen = await runOnOneDeployment(seed, ON_ONE_DEPLOYMENT)
      rebuilt += seen.rebuilt
      expect(seen, `MICRO_TEST_SEED=${seed}`).toMatchObject({ second: 0, backwards: 0 })
    }
    console.log(`[110] ${rebuilt} rebuilds`)
    expect(rebuilt).toBeGreaterThan(0)
  })
})

const Limit = {
  type: 'object',
  properties: { id: { type: 'string' }, amount: { type: 'integer' } },
  required: ['id', 'amount'],
} as const
const limitEvents = defineEvents({ 'limit set': Limit })
const limits = defineModel('limit', { key: 'id', schema: Limit })
const limitsModule = defineModule({
  name: 'limits',
  sheets: {
    models: [limits],
    reducers: [
      defineReducer({
        models: { limits },
        events: limitEvents,
        on: { 'limit set': ({ data }, rows) => rows.limits.put(data) },
      }),
    ],
  },
})

function makeService(service: string, parts: Pick<Parameters<typeof createMicro>[0], 'store' | 'projections'>): Micro {
  const set = defineRule(defineCommand('set limit', { service, payload: Limit }), {
    models: { limits },
    emits: limitEvents,
    stream: ({ id }) => `limit-${id}`,
    events: (data) => [{ type: 'limit set', data }],
  })
  const view = defineView(
    defineViewContract('limit', {
      service,
      payload: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
    }),
    { models: { limits }, query: async ({ id }, { models }) => (await models.limits.get(id))?.amount ?? 0 },
  )
  const sheets = { rules: [set], views: [view] }
  return createMicro({ name: service, ...parts, sheets, modules: [silentModule, limitsModule] })
}

describe('two services that load one module over one store', () => {
  it('[110] do not meet', async () => {
    const parts = { store: memoryEventStore(), projections: memoryProjectionStore() }
    const services = ['north', 'south'].map((name) => makeService(name, parts))
    await Promise.all(services.map((micro) => micro.start()))
    const amounts = upTo(200).map((index) => [index, index + 1_000])
    for (const pair of amounts) {
      await Promise.all(services.map((micro, at) => micro.act('set limit', { id: 'a', amount: pair[at] })))
      const read = await Promise.all(services.map((micro) => micro.act('limit', { id: 'a' })))
      expect(read).toEqual(pair)
    }
    await Promise.all(services.map((micro) => micro.stop()))
  })
})
