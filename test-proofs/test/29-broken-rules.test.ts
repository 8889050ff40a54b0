import { setTimeout as pause } from 'node:timers/promises'
import { memoryEventStore, MicroError } from '@micro/core'
import { startMicro } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { decorated } from '../../packages/core/test/support/decorated-store.ts'
import { deploy, PLACES_WITH_NATS } from './support/deployment.ts'
import { type Fault, note, PROBE, serviceOptions, type Step } from './support/probe.ts'

const TIMEOUT_MS = 300

/** Behind a timer of the caller's own, so that a busy machine is late for both. */
const LATEST_MS = 200

type Expected = readonly [code: string, outcome: 'none' | 'done']

const INTERNAL: Expected = ['MICRO_INTERNAL', 'none']
const TIMEOUT: Expected = ['MICRO_TIMEOUT', 'none']

/** `stream` and `preValidate` answer at once or wrongly: a promise is garbage there. */
const CASES: readonly (readonly [Step, Record<'throw' | 'hang' | 'garbage', Expected>])[] = [
  ['stream', { throw: INTERNAL, hang: INTERNAL, garbage: INTERNAL }],
  ['authorize', { throw: INTERNAL, hang: TIMEOUT, garbage: ['MICRO_FORBIDDEN', 'none'] }],
  ['preValidate', { throw: INTERNAL, hang: INTERNAL, garbage: INTERNAL }],
  ['validate', { throw: INTERNAL, hang: TIMEOUT, garbage: INTERNAL }],
  ['events', { throw: INTERNAL, hang: TIMEOUT, garbage: INTERNAL }],
  [
    'respond',
    { throw: ['MICRO_INTERNAL', 'done'], hang: ['MICRO_TIMEOUT', 'done'], garbage: ['MICRO_INTERNAL', 'done'] },
  ],
]

describe.each(PLACES_WITH_NATS)('a rule that is broken, two instances in %s', (place) => {
  it('[29] throws, never answers or answers garbage, in every step: a typed error in time, and the service lives', async () => {
    await using deployment = await deploy(place, { service: PROBE })
    const [one, other] = deployment.instances
    let events = 0
    for (const [at, byFault] of CASES)
      for (const [fault, [code, outcome]] of Object.entries(byFault) as [Fault, Expected][]) {
        const late = pause(TIMEOUT_MS).then(() => pause(LATEST_MS, 'nothing'))
        const payload = { stream: 'one', at, fault }
        const answer = await Promise.race([
          one.ask({ action: 'note', payload, timeoutMs: TIMEOUT_MS }).catch((error: unknown) => error),
          late,
        ])
        // On a network the service's word may come too late: then nobody knows.
        const outcomes = code === 'MICRO_TIMEOUT' && place.endsWith('NATS') ? [outcome, 'unknown'] : [outcome]
        expect([at, fault, answer]).toMatchObject([at, fault, { code, outcome: expect.toBeOneOf(outcomes) as string }])
        events += outcome === 'done' ? 1 : 0
        // On the same stream, also where the broken rule still runs.
        for (const instance of [one, other]) {
          expect(await instance.ask({ action: 'note', payload: { stream: 'one' } })).toMatchObject({
            response: { position: ++events },
          })
        }
      }
    expect(await deployment.log()).toHaveLength(events)
    for (const instance of [one, other]) expect(await instance.isReady()).toBe(true)
  })
})

describe('an append that fails', () => {
  it.each([
    ['refuses', 'MICRO_STORE_FULL', 'none', new MicroError('MICRO_STORE_FULL', 'Full.')],
    ['breaks', 'MICRO_INTERNAL', 'unknown', new Error('broken')],
  ])('[29] %s: its caller is answered at once, nothing is written, and the service lives', async (...row) => {
    const [, code, outcome, failure] = row
    let isBroken = true
    const log = memoryEventStore()
    const store = decorated(log, (opened) => ({
      append: (writes) => (isBroken ? Promise.reject(failure) : opened.append(writes)),
    }))
    await using micro = await startMicro({ name: 'probe', sheets: serviceOptions({}).sheets, store })
    const began = micro.runtime.monotonic()
    await expect(micro.act(note, { stream: 'one' })).rejects.toMatchObject({ code, outcome })
    expect(micro.runtime.monotonic()).toBe(began)
    expect(await micro.events()).toEqual([])
    isBroken = false
    expect(await micro.act(note, { stream: 'one' })).toMatchObject({ position: 1 })
  })
})
