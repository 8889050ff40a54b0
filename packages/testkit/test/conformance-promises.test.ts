import { memoryEventStore, memoryTransport } from '@micro/core'
import { describe, expect, it } from 'vitest'
import { collectChecks } from '../src/conformance/collect-checks.ts'
import {
  coverageOf,
  definePromises,
  type PromiseRegistry,
  promisesInTitle,
} from '../src/conformance/promise-registry.ts'
import { EVENT_STORE_PROMISES, eventStoreConformance } from '../src/event-store/index.ts'
import { TRANSPORT_PROMISES, transportConformance } from '../src/transport/index.ts'

const suites: readonly (readonly [name: string, promises: PromiseRegistry, titles: readonly string[]])[] = [
  [
    'event store',
    EVENT_STORE_PROMISES,
    collectChecks((runner) =>
      eventStoreConformance({ name: 'a', runner, create: async () => ({ provider: memoryEventStore() }) }),
    ).map(({ title }) => title),
  ],
  [
    'transport',
    TRANSPORT_PROMISES,
    collectChecks((runner) =>
      transportConformance({ name: 'a', runner, create: async () => ({ provider: memoryTransport() }) }),
    ).map(({ title }) => title),
  ],
]

describe('promises', () => {
  for (const [name, promises, titles] of suites) {
    it(`of the ${name} have each a check, and each check a promise`, () => {
      expect(coverageOf(promises, titles)).toEqual({ withoutCheck: [], unknown: [] })
    })

    it(`of the ${name} are told in checks whose titles differ`, () => {
      expect(new Set(titles).size).toBe(titles.length)
    })
  }

  it('without a check, and checks without a promise, are found', () => {
    const promises = definePromises({ 'A-ONE': 'One.', 'A-TWO': 'Two.' })
    const titles = ['A-ONE: shown', 'A-ONE, A-THREE: half known', 'no promise at all']
    expect(coverageOf(promises, titles)).toEqual({
      withoutCheck: ['A-TWO'],
      unknown: ['A-ONE, A-THREE: half known', 'no promise at all'],
    })
  })

  it('have ids of one form', () => {
    expect(() => definePromises({ lower: 'case' })).toThrow(TypeError)
    expect(promisesInTitle('ES-HEAD, ES-ID: told: twice')).toEqual(['ES-HEAD', 'ES-ID'])
  })
})
