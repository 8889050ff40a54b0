import {
  createMicro,
  defineCommand,
  defineEvents,
  defineModel,
  defineReducer,
  defineRule,
  isMicroError,
  type Micro,
} from '@micro/core'
import { describe, expect, it } from 'vitest'
import { silentModule } from '../../test-e2e/test/support/silent-logger.ts'
import { deploy, PLACES } from './support/deployment.ts'
import { PROBE, type Step } from './support/probe.ts'
import { refusalOf } from './support/refused.ts'

const DEADLOCK_MS = 5_000

/** `deadlock` when it takes so long that something must be waiting for itself. */
function inTime<Result>(work: Promise<Result>): Promise<Result | 'deadlock'> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve('deadlock'), DEADLOCK_MS)
    void work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

describe.each(PLACES)('a command that calls a command on its own stream, two instances in %s', (place) => {
  it('[31] while it decides is rejected, in respond runs: no deadlock', async () => {
    await using deployment = await deploy(place, { service: PROBE })
    const [one, other] = deployment.instances
    const call = (at: Step): Promise<string | undefined> =>
      inTime(refusalOf(one.ask({ action: 'note', payload: { stream: 'one', at, fault: 'act' }, timeoutMs: 60_000 })))
    for (const step of ['authorize', 'validate', 'events'] as const) expect(await call(step)).toBe('MICRO_INTERNAL')
    expect(await deployment.log()).toHaveLength(0)
    expect(await call('respond')).toBeUndefined()
    expect(await deployment.log()).toHaveLength(2)
    for (const instance of [one, other])
      expect(await inTime(refusalOf(instance.ask({ action: 'note', payload: { stream: 'one' } })))).toBeUndefined()
  })
})

describe('a reducer that calls a command', () => {
  const service = 'looping'
  const payload = { type: 'object', properties: { next: { type: 'boolean' } }, required: ['next'] } as const
  const step = defineCommand('step', { service, payload })
  const events = defineEvents({ stepped: payload })
  const steps = defineModel('step', {
    key: 'id',
    schema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  })
  const rule = defineRule(step, {
    models: { steps },
    emits: events,
    stream: () => 'steps',
    events: (data) => [{ type: 'stepped', data }],
  })

  async function started(react: (micro: Micro) => Promise<unknown>): Promise<Micro> {
    const reducer = defineReducer({
      models: { steps },
      events,
      on: {
        stepped: async ({ data, id }, writers) => {
          writers.steps.insert({ id })
          if (data.next) await react(micro)
        },
      },
    })
    const micro: Micro = createMicro({
      name: service,
      sheets: { rules: [rule], reducers: [reducer] },
      modules: [silentModule],
    })
    await micro.start()
    return micro
  }

  it('[31] and does not wait for it: the command is queued and runs', async () => {
    let called: Promise<unknown> = Promise.resolve()
    await using micro = await started(async (self) => {
      called = self.act(step, { next: false })
    })
    expect(await inTime(refusalOf(micro.act(step, { next: true })))).toBeUndefined()
    expect(await inTime(refusalOf(called))).toBeUndefined()
  })

  it('[31] and waits for it: both callers are told in time, and the service goes on', async () => {
    const timeoutMs = 200
    let inner: unknown
    await using micro = await started((self) =>
      self.act(step, { next: false }, { timeoutMs }).catch((error: unknown) => (inner = error)),
    )
    const outer = await inTime(micro.act(step, { next: true }, { timeoutMs }).catch((error: unknown) => error))
    expect(outer).toMatchObject({ code: 'MICRO_TIMEOUT', outcome: 'done' })
    expect(await inTime(refusalOf(micro.act(step, { next: false })))).toBeUndefined()
    expect(isMicroError(inner, 'MICRO_TIMEOUT')).toBe(true)
  })
})
