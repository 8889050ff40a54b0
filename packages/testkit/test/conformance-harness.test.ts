import { memoryEventStore, memoryTransport } from '@micro/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Checks, type CheckScope, suite } from '../src/conformance/checks.ts'
import { collectChecks } from '../src/conformance/collect-checks.ts'
import { eventStoreConformance, type EventStoreHarness } from '../src/event-store/index.ts'
import { transportConformance } from '../src/transport/index.ts'

const runner = { describe, it, beforeEach, afterEach }
const create = async (): Promise<EventStoreHarness> => ({ provider: memoryEventStore() })

describe('the options of a suite', () => {
  const malformed: Readonly<Record<string, object>> = {
    'an unknown option': { scales: 1 },
    'no name': { name: '' },
    'a scale of nothing': { scale: 0 },
    'a scale in words': { scale: 'full' },
    'no patience': { patienceMs: -1 },
    'a seed in words': { seed: 'one' },
    'no create': { create: undefined },
    'half a runner': { runner: { describe, it } },
  }
  for (const [name, options] of Object.entries(malformed)) {
    it(`refuse ${name}`, () => {
      const given = { name: 'a', create, runner, ...options }
      expect(() => eventStoreConformance(given)).toThrow(TypeError)
      expect(() => transportConformance({ ...given, create: given.create as never })).toThrow(TypeError)
    })
  }

  it('refuse an unknown part of what create gives', async () => {
    const checks = collectChecks((collecting) => {
      const odd = async (): Promise<EventStoreHarness> =>
        ({ provider: memoryEventStore(), cleanup: () => undefined }) as never
      eventStoreConformance({ name: 'a', create: odd, runner: collecting })
      const provider = memoryTransport()
      transportConformance({ name: 'a', create: async () => ({ provider, cleanup: 1 }) as never, runner: collecting })
    })
    for (const { run } of checks) await expect(run()).rejects.toThrow(/unknown option "cleanup"/)
  })
})

describe('a check', () => {
  const collect = (register: (checks: Checks<'A-ONE', CheckScope>) => void): ReturnType<typeof collectChecks> =>
    collectChecks((collecting) =>
      suite<'A-ONE', CheckScope>(
        'a',
        {
          runner: collecting,
          promises: { 'A-ONE': 'One.' },
          patienceMs: 50,
          note: 'seed 7',
          prepare: (scope) => scope,
        },
        register,
      ),
    )

  it('that hangs fails and tells the seed', async () => {
    const [hanging] = collect(({ check }) => check('A-ONE', 'hangs', () => new Promise(() => undefined)))
    await expect(hanging?.run()).rejects.toThrow(/has not ended[^]*seed 7/)
  })

  it('that fails tells the seed', async () => {
    const [failing] = collect(({ check }) =>
      check('A-ONE', 'fails', () => {
        throw new Error('as meant')
      }),
    )
    await expect(failing?.run()).rejects.toThrow(/as meant\n\(seed 7\)/)
  })

  it('cleans up in reverse, also when it failed, and when a clean-up fails', async () => {
    const done = vi.fn<(what: string) => void>()
    const [failing] = collect(({ check }) =>
      check('A-ONE', 'fails', ({ defer }) => {
        defer(() => done('first'))
        defer(() => Promise.reject(new Error('clean-up failed')))
        defer(() => done('last'))
        throw new Error('as meant')
      }),
    )
    await expect(failing?.run()).rejects.toThrow(/as meant/)
    expect(done.mock.calls.flat()).toEqual(['last', 'first'])
  })

  it('with an unknown promise is refused when it is registered', () => {
    expect(() => collect(({ check }) => check('A-TWO' as 'A-ONE', 'x', () => undefined))).toThrow(/A-TWO/)
  })
})
