/** The smallest thing that somebody does with a package, and what it prints then. */
export interface Usage {
  readonly name: string
  /** Drivers that the package brings, itself or through what it is built on. */
  readonly brings: readonly string[]
  readonly code: string
  readonly prints: RegExp
}

const counterSheets = `
const Amount = { type: 'object', properties: { amount: { type: 'integer', minimum: 1 } }, required: ['amount'] } as const
const add = defineCommand('add to counter', { service: 'counter', payload: Amount, response: { type: 'integer' } as const })
const events = defineEvents({ 'counter raised': Amount })
const total = defineModel('total', {
  key: 'id',
  schema: { type: 'object', properties: { id: { type: 'string' }, sum: { type: 'integer' } }, required: ['id', 'sum'] } as const,
})
const sheets = {
  rules: [
    defineRule(add, {
      models: { total },
      emits: events,
      stream: () => 'counter',
      validate: (payload) => (payload.amount > 100 ? 'That is too much at once.' : undefined),
      events: (payload) => [{ type: 'counter raised', data: payload }],
      respond: async ({ models }) => (await models.total.require('all')).sum,
    }),
  ],
  reducers: [
    defineReducer({
      models: { total },
      events,
      on: {
        'counter raised': async ({ data }, models) =>
          models.total.put({ id: 'all', sum: ((await models.total.get('all'))?.sum ?? 0) + data.amount }),
      },
    }),
  ],
}
`

const DEFINE = 'defineCommand, defineEvents, defineModel, defineReducer, defineRule'

export const coreUsage: Usage = {
  name: '@micro/core',
  brings: [],
  code: `
import { createMicro } from '@micro/core'

const micro = createMicro({ name: 'calculator' })
  .add('multiply two numbers', ({ first, second }) => first * second)
await micro.start()
console.log(await micro.act('multiply two numbers', { first: 5, second: 3 }))
await micro.stop()
`,
  prints: /^15$/m,
}

export const adapterUsages: readonly Usage[] = [
  {
    name: '@micro/store-sqlite',
    brings: ['@photostructure/sqlite'],
    code: `
import { createMicro, ${DEFINE} } from '@micro/core'
import { sqliteStore } from '@micro/store-sqlite'
${counterSheets}
for (const amount of [5, 7]) {
  const { events: store, projections } = sqliteStore({ file: 'data/counter.db' })
  await using micro = createMicro({ name: 'counter', store, projections, sheets })
  await micro.start()
  const sum: number = await micro.act(add, { amount })
  console.log('sum', sum)
}
`,
    prints: /^sum 5\nsum 12$/m,
  },
  {
    name: '@micro/projection-taffy',
    brings: ['taffydb'],
    code: `
import { createMicro, ${DEFINE} } from '@micro/core'
import { taffyProjectionStore } from '@micro/projection-taffy'
${counterSheets}
await using micro = createMicro({ name: 'counter', projections: taffyProjectionStore(), sheets })
await micro.start()
for (const amount of [5, 7]) console.log('sum', await micro.act(add, { amount }))
`,
    prints: /^sum 5\nsum 12$/m,
  },
  {
    name: '@micro/transport-nats',
    brings: ['nats'],
    // Nobody has a server there.
    code: `
import { createMicro, isMicroError } from '@micro/core'
import { natsTransport } from '@micro/transport-nats'

const transport = natsTransport({ servers: '127.0.0.1:1', openTimeoutMs: 100 })
const micro = createMicro({ name: 'calculator', transport })
const error: unknown = await micro.start().catch((caught: unknown) => caught)
console.log(transport.kind, isMicroError(error) && error.code)
`,
    prints: /^nats MICRO_UNAVAILABLE$/m,
  },
  {
    name: '@micro/logger',
    brings: ['pino'],
    code: `
import { createMicro, Secret } from '@micro/core'
import { logger } from '@micro/logger'

await using micro = createMicro({ name: 'greeter', modules: [logger({ level: 'info' })] }).add(
  'greet',
  (_: unknown, { log }) => log.info({ key: new Secret('hunter2') }, 'hello from the log'),
)
await micro.start()
await micro.act('greet')
`,
    prints: /^\{.*"key":"\[redacted\]".*"msg":"hello from the log"\}$/m,
  },
  {
    name: '@micro/testkit',
    brings: [],
    code: `
import { ${DEFINE} } from '@micro/core'
import { scenario, startMicro } from '@micro/testkit'
import { eventStoreConformance } from '@micro/testkit/event-store'
import { projectionStoreConformance } from '@micro/testkit/projection-store'
import { transportConformance } from '@micro/testkit/transport'
import { moduleConformance } from '@micro/testkit/module'
${counterSheets}
const service = { name: 'counter', sheets }
await scenario(service).when(add, { amount: 5 }).then([{ type: 'counter raised', data: { amount: 5 } }])
await scenario(service).when(add, { amount: 500 }).thenRejects('MICRO_RULE_BROKEN')
await using micro = await startMicro({ ...service, seed: 7 })
console.log('sum', await micro.act(add, { amount: 5 }))
const suites = [eventStoreConformance, projectionStoreConformance, transportConformance, moduleConformance]
console.log('suites', suites.filter((suite) => typeof suite === 'function').length)
`,
    prints: /^sum 5\nsuites 4$/m,
  },
  {
    name: '@micro/rest-portal',
    // Fastify is built on pino.
    brings: ['fastify', 'pino'],
    code: `
import { createMicro, ${DEFINE} } from '@micro/core'
import { startPortal } from '@micro/rest-portal'
${counterSheets}
await using micro = createMicro({ name: 'counter', sheets })
await micro.start()
await using portal = await startPortal({ micro, port: 0 })
const headers = { 'content-type': 'application/json' }
const response = await fetch(\`\${portal.url}/commands/add-to-counter\`, { method: 'POST', headers, body: '{"amount":5}' })
console.log('sum', response.status, await response.text())
console.log('page', (await fetch(portal.url)).status)
`,
    prints: /^sum 200 5\npage 200$/m,
  },
]
