import {
  createMicro,
  defineCommand,
  defineEvents,
  defineModel,
  defineReducer,
  defineRule,
  defineView,
  defineViewContract,
  memoryEventStore,
  memoryProjectionStore,
  type Micro,
  Positions,
  systemRuntime,
} from '@micro/core'
import { startPortal } from '@micro/rest-portal'
import { scaled } from '@micro/testkit'
import { expect, it } from 'vitest'
import { inParallel, upTo } from './support/in-parallel.ts'
import { NETWORKS } from './support/nats.ts'
import { Link, linkedLog, linkedModels } from './support/link.ts'
import { silentLogger, silentModule } from '../../test-e2e/test/support/silent-logger.ts'

const ROUNDS = scaled(1_000)
const CLIENTS = 8
const link = { tail: [0, 15], models: [0, 10] } as const

const text = { type: 'string' } as const
const count = { type: 'integer' } as const
const Movement = {
  type: 'object',
  properties: { account: text, amount: count },
  required: ['account', 'amount'],
} as const
const Named = { type: 'object', properties: { account: text }, required: ['account'] } as const
const Row = { type: 'object', properties: { id: text, amount: count }, required: ['id', 'amount'] } as const

const deposit = defineCommand('deposit', { service: 'bank', payload: Movement })
const balanceView = defineViewContract('balance', { service: 'bank', payload: Named })
const reportDeposit = defineCommand('report deposit', { service: 'report', payload: Movement })
const reportedView = defineViewContract('reported', { service: 'report', payload: Named })

/** What a model of one service says, and which instance was asked. */
interface Read {
  readonly amount: number
  readonly by: string
}

/** Both services sum up what they are told, each on its own log. */
const events = defineEvents({ 'money deposited': Movement })
const rows = defineModel('sum', { key: 'id', schema: Row })
const reducer = defineReducer({
  models: { rows },
  events,
  on: {
    'money deposited': ({ data }, models) =>
      models.rows.upsert(data.account, (row) => ({ id: data.account, amount: (row?.amount ?? 0) + data.amount })),
  },
})

function makeBank(by: string) {
  const rule = defineRule(deposit, {
    models: { rows },
    emits: events,
    stream: ({ account }) => `account-${account}`,
    events: (data) => [{ type: 'money deposited', data }],
    respond: async ({ payload, act }) => ({ by, report: await act(reportDeposit, payload) }),
  })
  const view = defineView(balanceView, {
    models: { rows },
    query: async ({ account }, { models }): Promise<Read> => ({
      by,
      amount: (await models.rows.get(account))?.amount ?? 0,
    }),
  })
  return { rules: [rule], reducers: [reducer], views: [view] }
}

function makeReport(by: string) {
  const rule = defineRule(reportDeposit, {
    models: { rows },
    emits: events,
    stream: ({ account }) => `report-${account}`,
    events: (data) => [{ type: 'money deposited', data }],
    respond: async ({ payload: { account }, act }) => ({ by, balance: await act(balanceView, { account }) }),
  })
  const view = defineView(reportedView, {
    models: { rows },
    query: async ({ account }, { models }): Promise<Read> => ({
      by,
      amount: (await models.rows.get(account))?.amount ?? 0,
    }),
  })
  return { rules: [rule], reducers: [reducer], views: [view] }
}

interface Deposited {
  readonly by: string
  readonly report: { readonly balance: Read }
}

it.each(NETWORKS)(
  `[113] %s: portal → bank → report on another log → the bank's other instance: 0 stale reads and 0 positions lost in ${ROUNDS} rounds`,
  async (_, open) => {
    const transport = await open()
    const runtime = systemRuntime()
    const stores = { bank: memoryEventStore(), report: memoryEventStore() }
    const ids: string[] = []
    for (const store of Object.values(stores)) {
      const opened = await store.open({ runtime, logger: silentLogger, service: 'test', instance: 'test' })
      ids.push(opened.id)
    }
    const make = (name: 'bank' | 'report', by: string): Micro => {
      const lagging = new Link(runtime, link)
      return createMicro({
        name,
        transport,
        store: linkedLog(stores[name], lagging),
        projections: linkedModels(memoryProjectionStore(), lagging),
        sheets: name === 'bank' ? makeBank(by) : makeReport(by),
        modules: [silentModule],
      })
    }
    const edge = createMicro({ name: 'edge', transport, modules: [silentModule] })
    const micros = [make('bank', 'one'), make('bank', 'other'), make('report', 'one'), make('report', 'other'), edge]
    await Promise.all(micros.map((micro) => micro.start()))
    const portal = await startPortal({ micro: edge, port: 0, logger: silentLogger, rateLimit: false })

    async function ask<Body>(
      path: string,
      payload?: object,
      positions?: string,
    ): Promise<{ body: Body; met: Positions }> {
      const response = await fetch(portal.url + path, {
        method: payload === undefined ? 'GET' : 'POST',
        headers: {
          ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
          ...(positions === undefined ? {} : { 'micro-position': positions }),
        },
        ...(payload === undefined ? {} : { body: JSON.stringify(payload) }),
      })
      expect(response.status).toBe(200)
      const met = Positions.parse(response.headers.get('micro-position') ?? '')
      return { body: (await response.json()) as Body, met }
    }

    let stale = 0
    let lost = 0
    const journeys = new Map<string, number>()
    await inParallel(upTo(CLIENTS), CLIENTS, async (client) => {
      const account = `a${client}`
      for (let round = 1; round <= Math.ceil(ROUNDS / CLIENTS); round++) {
        const { body, met } = await ask<Deposited>('/services/bank/commands/deposit', { account, amount: 1 })
        const { balance } = body.report
        if (balance.amount < round) stale++
        // Each log has a commit of this command, at least as many as there were rounds of this client.
        if (ids.some((id) => met.of(id) < round)) lost++
        const journey = `${body.by} → ${balance.by}`
        journeys.set(journey, (journeys.get(journey) ?? 0) + 1)
        // What came back is enough to see one's own writes on either log.
        for (const view of ['/services/bank/views/balance', '/services/report/views/reported']) {
          const seen = await ask<Read>(`${view}?account=${account}`, undefined, met.toString())
          if (seen.body.amount < round) stale++
          if (ids.some((id) => seen.met.of(id) < met.of(id))) lost++
        }
      }
    })
    await portal.close()
    await Promise.all(micros.map((micro) => micro.stop()))
    console.log(`[113] ${JSON.stringify(Object.fromEntries(journeys))}`)
    expect({ stale, lost }).toEqual({ stale: 0, lost: 0 })
    const toAnother = (journeys.get('one → other') ?? 0) + (journeys.get('other → one') ?? 0)
    expect(toAnother).toBeGreaterThan(ROUNDS / 10)
  },
)
