import assert from 'node:assert/strict'
import type { AppendResult, EventStore, StreamWrite } from '@micro/core'
import { rejection } from '../conformance/rejection.ts'
import { type BenchLog, type EventStoreBench, eventsOf, idsOf } from './event-store-bench.ts'
import type { RegisterChecks } from './register-checks.ts'

/** The same append again, and appends that only look like it. */
export const registerIdempotencyChecks: RegisterChecks = ({ check }) => {
  check('ES-REPEAT', '[3] [4] the same append again has the first result, for ever', async (bench) => {
    const log = await bench.log()
    let [store, other] = [await log.open(), await log.open()]
    const first = await appendAtRevision(bench, store, log)
    const repeats = bench.scaled(1000)
    const restartEvery = Math.ceil(repeats / 20)
    let others = 0
    for (let round = 0; round < repeats; round++) {
      if (round >= repeats / 2 && round % restartEvery === 0) [store, other] = [await log.reopen(), await log.open()]
      if (round % 5 === 0) {
        await store.append([{ stream: `stream-${round % 3}`, expected: 'any', events: bench.events(2) }])
        others += 2
      }
      assert.deepEqual(await (round % 2 === 0 ? store : other).append(first.writes), first.result)
    }
    const reopened = await log.reopen()
    assert.deepEqual(await reopened.append(first.writes), first.result)
    assert.equal((await eventsOf(reopened.readAll())).length, 3 + first.written + others, 'repeats write nothing')
  })

  check('ES-REPEAT', '[3] the same append of a new stream again has the first result', async (bench) => {
    const store = await bench.store()
    const writes = [{ stream: 'new', expected: 'no-stream', events: bench.events(3) }] as const
    const result = await store.append(writes)
    assert.deepEqual(await store.append(writes), result)
    await store.append([{ stream: 'new', expected: 2, events: bench.events(1) }])
    assert.deepEqual(await store.append(writes), result)
    assert.equal((await eventsOf(store.readStream('new'))).length, 4)
  })

  check('ES-REPEAT', 'the same append sent many times at once is written once', async (bench) => {
    const log = await bench.log()
    const stores = [await log.open(), await log.open()] as const
    for (let round = 0; round < bench.scaled(50); round++) {
      const events = bench.events(2)
      const writes = [{ stream: `stream-${round}`, expected: 'no-stream', events }] as const
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, index) => stores[index % 2 === 0 ? 0 : 1].append(writes)),
      )
      for (const result of results) assert.deepEqual(result, results[0])
      assert.deepEqual(idsOf(await eventsOf(stores[0].readStream(`stream-${round}`))), idsOf(events))
    }
  })

  check('ES-REPEAT-GUARDS', 'guards of the same append are not asked again', async (bench) => {
    const log = await bench.log()
    const store = await log.open()
    const events = bench.events(2)
    // Without multiStream there are no guards on other streams; see ES-MULTI-STREAM.
    const guard: readonly StreamWrite[] = log.capabilities.multiStream ? [{ stream: 'guarded', expected: 0 }] : []
    await store.append([{ stream: 'guarded', expected: 'no-stream', events: bench.events(1) }])
    const writes = [{ stream: 'written', expected: 'no-stream', events } as const, ...guard]
    const result = await store.append(writes)
    await store.append([{ stream: 'guarded', expected: 0, events: bench.events(1) }])
    assert.deepEqual(await store.append(writes), result)
    assert.equal((await eventsOf(store.readAll())).length, 4)
  })

  check('ES-DUPLICATE', '[4] subset, superset, another order or place of stored ids writes nothing', async (bench) => {
    const log = await bench.log()
    const store = await log.open()
    const [first, second, third, more] = bench.events(4) as [Event, Event, Event, Event]
    await store.append([{ stream: 'a', expected: 'no-stream', events: bench.events(1) }])
    await store.append([{ stream: 'a', expected: 0, events: [first, second, third] }])
    await store.append([{ stream: 'a', expected: 3, events: bench.events(1) }])
    const before = await eventsOf(store.readAll())

    const stale: Readonly<Record<string, readonly Event[]>> = {
      'its first event alone': [first],
      'its last event alone': [third],
      'its first two': [first, second],
      'one more': [first, second, third, more],
      'a new one first': [more, first, second, third],
      'another order': [second, first, third],
      'one replaced': [first, more, third],
    }
    for (const [name, events] of Object.entries(stale)) {
      const append = store.append([{ stream: 'a', expected: 0, events }])
      if (log.capabilities.uniqueEventIds) await rejection(append, 'MICRO_DUPLICATE')
      // A store that cannot tell may take a part of the append for the append, but writes nothing at a stale revision.
      else await append.catch((error: unknown) => assert.match(String(error), /MicroError/, name))
      assert.deepEqual(idsOf(await eventsOf(store.readAll())), idsOf(before), name)
    }
  })

  check('ES-DUPLICATE', '[4] a stored id under another expectation is refused, where ids are unique', async (bench) => {
    const log = await bench.log()
    const store = await log.open()
    const [event, more] = bench.events(2) as [Event, Event]
    await store.append([{ stream: 'a', expected: 'no-stream', events: [event] }])
    const others: readonly StreamWrite[] = [
      { stream: 'a', expected: 0, events: [event] },
      { stream: 'a', expected: 'any', events: [event] },
      { stream: 'a', expected: 'stream-exists', events: [event] },
      { stream: 'a', expected: 0, events: [more, event] },
      { stream: 'b', expected: 'no-stream', events: [event] },
    ]
    if (!log.capabilities.uniqueEventIds) {
      await store.append([{ stream: 'a', expected: 0, events: [event] }])
      assert.equal((await eventsOf(store.readStream('a'))).length, 2, 'an expectation that holds is all that is asked')
      return
    }
    for (const write of others) {
      const error = await rejection(store.append([write]), 'MICRO_DUPLICATE')
      assert.equal(error.outcome, 'none')
      if (error.details?.eventId !== undefined) assert.equal(error.details.eventId, event.id)
    }
    assert.deepEqual(idsOf(await eventsOf(store.readAll())), [event.id])
    assert.deepEqual(await eventsOf(store.readStream('b')), [])
  })

  check('ES-DUPLICATE', '[4] a part of an append of several streams is not that append', async (bench) => {
    const log = await bench.log()
    // One append of several streams needs multiStream, and only unique ids tell a part of it.
    if (!log.capabilities.multiStream || !log.capabilities.uniqueEventIds) return
    const store = await log.open()
    const one = { stream: 'one', expected: 'no-stream', events: bench.events(2) } as const
    const two = { stream: 'two', expected: 'no-stream', events: bench.events(1) } as const
    const three = { stream: 'three', expected: 'no-stream', events: bench.events(1) } as const
    const result = await store.append([one, two])
    await rejection(store.append([one]), 'MICRO_DUPLICATE')
    await rejection(store.append([two]), 'MICRO_DUPLICATE')
    await rejection(store.append([two, one]), 'MICRO_DUPLICATE')
    await rejection(store.append([one, two, three]), 'MICRO_DUPLICATE')
    await rejection(store.append([three, one]), 'MICRO_DUPLICATE')
    assert.deepEqual(await store.append([one, two]), result)
    assert.equal((await eventsOf(store.readAll())).length, 3)
  })
}

type Event = ReturnType<EventStoreBench['event']>

/** An append at an exact revision: over two streams with a guard, or one stream where there is no multiStream. */
async function appendAtRevision(
  bench: EventStoreBench,
  store: EventStore,
  { capabilities }: BenchLog,
): Promise<{ readonly writes: readonly StreamWrite[]; readonly result: AppendResult; readonly written: number }> {
  for (const stream of ['stream-0', 'stream-1', 'guarded'])
    await store.append([{ stream, expected: 'no-stream', events: bench.events(1) }])
  const one: StreamWrite = { stream: 'stream-0', expected: 0, events: bench.events(2) }
  const two: StreamWrite = { stream: 'stream-1', expected: 0, events: bench.events(3) }
  const writes = capabilities.multiStream
    ? [one, { stream: 'guarded', expected: 'stream-exists' } as const, two]
    : [one]
  const result = await store.append(writes)
  return { writes, result, written: capabilities.multiStream ? 5 : 2 }
}
