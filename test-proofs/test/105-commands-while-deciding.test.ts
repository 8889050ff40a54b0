import {
  createMicro,
  defineCommand,
  defineEvents,
  defineRule,
  memoryTransport,
  type Micro,
  type TransportProvider,
  memoryEventStore,
} from '@micro/core'
import { afterEach, describe, expect, it } from 'vitest'
import { readLog } from './support/read-log.ts'
import { upTo } from './support/in-parallel.ts'
import { NETWORKS } from './support/nats.ts'
import { silentModule } from '../../test-e2e/test/support/silent-logger.ts'

const running: Micro[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((micro) => micro.stop()))
})

const text = { type: 'string' } as const
const Hop = {
  type: 'object',
  properties: { stream: text, at: text, target: text, hops: { type: 'integer' } },
  required: ['stream'],
} as const
const events = defineEvents({ hopped: Hop })

/** What steps saw when they called a command. */
interface Seen {
  readonly step: string
  readonly error: unknown
}

/** A service whose command calls another one, in the step that its payload names. */
function makeHopper(name: string, seen: Seen[], transport: TransportProvider, store = memoryEventStore()): Micro {
  const rule = defineRule(defineCommand('hop', { service: name, payload: Hop }), {
    emits: events,
    stream: ({ stream }) => stream,
    authorize: async ({ payload, act }) => {
      await call('authorize', payload, act)
      return true
    },
    validate: (payload, { act }) => call('validate', payload, act),
    events: async (payload, { act }) => {
      await call('events', payload, act)
      return [{ type: 'hopped', data: payload }]
    },
    respond: async ({ payload, act }) => {
      await call('respond', payload, act)
      return 'done'
    },
  })
  async function call(
    step: string,
    { stream, at, target = name, hops = 0 }: { stream: string; at?: string; target?: string; hops?: number },
    act: (address: { service: string; name: string; kind: 'command' | 'action' }, payload: unknown) => Promise<unknown>,
  ): Promise<void> {
    if (at !== step) return
    // Back and forth: the next one calls whoever called it.
    const payload = hops > 0 ? { stream, at: 'respond', target: name, hops: hops - 1 } : { stream }
    const [action, kind] = target === 'greeter' ? (['greet', 'action'] as const) : (['hop', 'command'] as const)
    try {
      await act({ service: target, name: action, kind }, payload)
    } catch (error) {
      seen.push({ step, error })
      throw error
    }
  }
  const micro = createMicro({ name, transport, store, sheets: { rules: [rule] }, modules: [silentModule] })
  running.push(micro)
  return micro
}

const STEPS = ['authorize', 'validate', 'events'] as const
const TARGETS = ['here', 'there', 'greeter'] as const

describe('a rule that calls a command while it decides', () => {
  it.each(STEPS.flatMap((step) => TARGETS.map((target) => ({ step, target }))))(
    '[105] in $step, of a service $target, gets a TypeError at once, and nothing is written',
    async ({ step, target }) => {
      const seen: Seen[] = []
      const transport = memoryTransport()
      const store = memoryEventStore()
      const here = makeHopper('here', seen, transport, store)
      const there = makeHopper('there', seen, transport, store)
      const greeter = createMicro({ name: 'greeter', transport, modules: [silentModule] }).add('greet', () => 'hello')
      running.push(greeter)
      await Promise.all([here, there, greeter].map((micro) => micro.start()))
      const call = here.act('hop', { stream: 'a', at: step, target }, { timeoutMs: 60_000 })
      await expect(call).rejects.toMatchObject({ code: 'MICRO_INTERNAL', outcome: 'none' })
      expect(seen).toEqual([{ step, error: expect.any(TypeError) as TypeError }])
      expect(await readLog(store)).toEqual([])
    },
  )
})

describe('a respond that calls a command', () => {
  it('[105] on its own stream works', async () => {
    const store = memoryEventStore()
    const here = makeHopper('here', [], memoryTransport(), store)
    await here.start()
    const calls = upTo(100).map(() => here.act('hop', { stream: 'a', at: 'respond', hops: 5 }))
    expect(await Promise.all(calls)).toEqual(upTo(100).map(() => 'done'))
    expect(await readLog(store)).toHaveLength(100 * 7)
  })

  it.each(NETWORKS)(
    '[105] of another service, which calls back on the same streams, never deadlocks %s',
    async (_, open) => {
      const transport = await open()
      const store = memoryEventStore()
      const services = ['here', 'there'].map((name) => makeHopper(name, [], transport, store))
      await Promise.all(services.map((micro) => micro.start()))
      const payload = { stream: 'a', at: 'respond', hops: 5 }
      const calls = upTo(60).map((index) =>
        (services[index % 2] as Micro).act('hop', { ...payload, target: index % 2 === 0 ? 'there' : 'here' }),
      )
      expect(await Promise.all(calls)).toEqual(calls.map(() => 'done'))
      expect(await readLog(store)).toHaveLength(calls.length * 7)
    },
  )
})
