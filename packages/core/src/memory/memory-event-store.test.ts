import { describe, expect, it, vi } from 'vitest'
import type { Host } from '../ports/provider.ts'
import { stderrLogger } from '../runtime/stderr-logger.ts'
import { systemRuntime } from '../runtime/system-runtime.ts'
import { LargeMap } from './memory-event-store-index.ts'
import { MEMORY_EVENT_STORE_DEFAULTS, memoryEventStore } from './memory-event-store.ts'

// What every event store promises is checked by the suite of @micro/testkit; here is what only this one does.

const runtime = systemRuntime()
const host: Host = { runtime, logger: stderrLogger(), service: 'bank', instance: 'one' }

describe('memoryEventStore', () => {
  it('is inert, frozen and says what it can', () => {
    const provider = memoryEventStore()
    expect(provider).toMatchObject({ kind: 'memory', capabilities: { multiStream: true, durable: 'memory' } })
    expect(provider.capabilities.uniqueEventIds).toBe(MEMORY_EVENT_STORE_DEFAULTS.uniqueEventIds)
    expect(memoryEventStore({ uniqueEventIds: false }).capabilities.uniqueEventIds).toBe(false)
    expect(Object.isFrozen(provider.capabilities)).toBe(true)
    expect(() => memoryEventStore({ uniqueEventIds: 1 as never })).toThrow(TypeError)
  })

  it('decides and writes in the turn of the call', async () => {
    const store = await memoryEventStore().open(host)
    const event = { id: runtime.newId(), type: 'a', data: {}, metadata: {}, time: '2024-01-02T03:04:05.678Z' }
    const append = store.append([{ stream: 'a', expected: 'no-stream', events: [event] }])
    const iterator = store.subscribe()[Symbol.asyncIterator]()
    expect((await iterator.next()).value?.events).toHaveLength(1)
    expect(await append).toEqual({ position: 1, revisions: [0] })
  })

  it('ends a waiting iteration when its consumer returns', async () => {
    const store = await memoryEventStore().open(host)
    const iterator = store.subscribe()[Symbol.asyncIterator]()
    await iterator.next()
    const waiting = iterator.next()
    await iterator.return?.()
    expect(await waiting).toEqual({ value: undefined, done: true })
    expect(await iterator.next()).toEqual({ value: undefined, done: true })
  })

  it('leaves no listener on the signal of an ended subscription', async () => {
    const store = await memoryEventStore().open(host)
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    for await (const batch of store.subscribe({ signal })) if (batch.caughtUp) break
    expect(added).toHaveBeenCalledOnce()
    expect(removed).toHaveBeenCalledWith('abort', added.mock.calls[0]?.[1])
  })
})

it('an index goes on when a map is full', () => {
  const index = new LargeMap<number>(3)
  for (let entry = 0; entry < 10; entry++) index.add(`key-${entry}`, entry)
  for (let entry = 0; entry < 10; entry++) expect(index.get(`key-${entry}`)).toBe(entry)
  expect(index.get('key-10')).toBeUndefined()
})
