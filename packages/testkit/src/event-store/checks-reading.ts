import assert from 'node:assert/strict'
import type { EventStore, ReadAllOptions, ReadStreamOptions, RecordedEvent } from '@micro/core'
import { batchesOf, type EventStoreBench, eventsOf, idsOf } from './event-store-bench.ts'
import type { RegisterChecks } from './register-checks.ts'

/** Both kinds of reading, with every option. */
export const registerReadingChecks: RegisterChecks = ({ check }) => {
  check('ES-READ-MISSING', 'a missing stream is empty in both directions', async (bench) => {
    const store = await bench.store()
    assert.deepEqual(await eventsOf(store.readStream('none')), [])
    assert.deepEqual(await eventsOf(store.readStream('none', { direction: 'backwards' })), [])
    await store.append([{ stream: 'other', expected: 'no-stream', events: bench.events(1) }])
    assert.deepEqual(await eventsOf(store.readStream('none', { from: 3 })), [])
  })

  check('ES-READ-STREAM', 'from is inclusive, maxCount exact, in both directions', async (bench) => {
    const store = await bench.store()
    const ids: string[] = []
    for (const count of [1, 3, 2, 1]) {
      const events = bench.events(count)
      await store.append([{ stream: 'a', expected: 'any', events }])
      await store.append([{ stream: 'b', expected: 'any', events: bench.events(1) }])
      ids.push(...idsOf(events))
    }
    const read = async (options?: ReadStreamOptions): Promise<readonly string[]> =>
      idsOf(await eventsOf(store.readStream('a', options)))
    const backwards = ids.toReversed()
    assert.deepEqual(await read(), ids)
    assert.deepEqual(await read({ direction: 'forwards' }), ids)
    assert.deepEqual(await read({ direction: 'backwards' }), backwards)
    for (let from = 0; from < ids.length + 2; from++) {
      const before = ids.slice(0, from + 1).toReversed()
      assert.deepEqual(await read({ from }), ids.slice(from))
      assert.deepEqual(await read({ from, direction: 'backwards' }), before)
      for (const maxCount of [0, 1, 2, 100]) {
        assert.deepEqual(await read({ from, maxCount }), ids.slice(from, from + maxCount))
        assert.deepEqual(await read({ from, maxCount, direction: 'backwards' }), before.slice(0, maxCount))
      }
    }
  })

  check('ES-READ-ALL', 'after is exclusive, in both directions', async (bench) => {
    const store = await bench.store()
    assert.deepEqual(await eventsOf(store.readAll()), [])
    assert.deepEqual(await eventsOf(store.readAll({ direction: 'backwards' })), [])
    await fill(bench, store, 12)
    const all = await eventsOf(store.readAll())
    const read = async (options: ReadAllOptions): Promise<readonly string[]> =>
      idsOf(await eventsOf(store.readAll(options)))
    assert.deepEqual(await read({ after: 0 }), idsOf(all))
    assert.deepEqual(await read({ direction: 'backwards' }), idsOf(all.toReversed()))
    assert.deepEqual(await read({ after: 0, direction: 'backwards' }), [])
    for (const [index, { position }] of all.entries()) {
      assert.deepEqual(await read({ after: position }), idsOf(all.slice(index + 1)))
      assert.deepEqual(await read({ after: position, direction: 'backwards' }), idsOf(all.slice(0, index).toReversed()))
    }
  })

  check('ES-READ-MAX', 'reading ends with the append in which maxCount is reached', async (bench) => {
    const store = await bench.store()
    const sizes = await fill(bench, store, 12)
    const all = await eventsOf(store.readAll())
    const types = ['even happened']
    for (const maxCount of [0, 1, 2, 3, 5, 8, all.length, all.length + 1]) {
      for (const filter of [undefined, { types }]) {
        const forwards = idsOf(await eventsOf(store.readAll({ maxCount, filter })))
        assert.deepEqual(forwards, expectedIds(all, sizes, maxCount, filter?.types), `forwards ${maxCount}`)
        const backwards = idsOf(await eventsOf(store.readAll({ maxCount, filter, direction: 'backwards' })))
        const expected = expectedIds(all.toReversed(), sizes.toReversed(), maxCount, filter?.types)
        assert.deepEqual(backwards, expected, `backwards ${maxCount}`)
      }
    }
  })

  check('ES-BATCH-WHOLE', 'batches of readAll hold whole appends', async (bench) => {
    const store = await bench.store()
    const sizes = await fill(bench, store, bench.scaled(300, 60))
    // Larger than any sensible batch limit.
    await store.append([
      { stream: 'long', expected: 'no-stream', events: bench.events(2500, { metadata: { append: 'long' } }) },
    ])
    assert.ok(sizes.length > 0)
    for (const direction of ['forwards', 'backwards'] as const) {
      for (const filter of [undefined, { types: ['odd happened'] }, { streamPrefixes: ['stream-1', 'long'] }]) {
        for (const maxCount of [undefined, 1, 7, 700]) {
          assertWholeAppends(await batchesOf(store.readAll({ direction, filter, maxCount })))
        }
      }
    }
  })

  check('ES-FILTER', 'filters by type, by prefix and by both', async (bench) => {
    const store = await bench.store()
    await fill(bench, store, 30)
    await store.append([{ stream: 'Stream-1', expected: 'no-stream', events: bench.events(1) }])
    await store.append([{ stream: 'str%-1', expected: 'no-stream', events: bench.events(1) }])
    const all = await eventsOf(store.readAll())
    const filters = [
      {},
      { types: ['even happened'] },
      { types: ['even happened', 'odd happened'] },
      { types: ['even'] },
      { types: [] },
      { streamPrefixes: ['stream-1'] },
      { streamPrefixes: ['stream-1', 'stream-2'] },
      { streamPrefixes: ['str%', 'str_am'] },
      { streamPrefixes: [''] },
      { streamPrefixes: [] },
      { types: ['odd happened'], streamPrefixes: ['stream-0', 'other'] },
    ] as const
    for (const filter of filters) {
      const { types, streamPrefixes }: { types?: readonly string[]; streamPrefixes?: readonly string[] } = filter
      const expected = all.filter(
        ({ type, stream }) =>
          (types?.includes(type) ?? true) && (streamPrefixes?.some((prefix) => stream.startsWith(prefix)) ?? true),
      )
      const told = JSON.stringify(filter)
      assert.deepEqual(await eventsOf(store.readAll({ filter })), expected, told)
      assert.deepEqual(await eventsOf(store.readAll({ filter, direction: 'backwards' })), expected.toReversed(), told)
    }
  })

  check('ES-STREAM-NAMES', 'tells alike names apart', async (bench) => {
    const store = await bench.store()
    const names = [
      'a',
      'A',
      'a ',
      ' a',
      'a%',
      'a_',
      'a*',
      "a'",
      'a"',
      'a\\',
      'a/b',
      'a.b',
      'a$',
      'ä',
      'a\u0308',
      '人',
      '😀',
      '__proto__',
    ]
    for (const stream of names)
      await store.append([{ stream, expected: 'no-stream', events: [bench.event({ data: { stream } })] }])
    for (const stream of names) {
      const stored = await eventsOf(store.readStream(stream))
      assert.deepEqual(
        stored.map(({ data }) => data),
        [{ stream }],
      )
      assert.equal(stored[0]?.stream, stream)
      const passed = await eventsOf(store.readAll({ filter: { streamPrefixes: [stream] } }))
      assert.deepEqual(
        passed.map((event) => event.stream),
        names.filter((name) => name.startsWith(stream)),
      )
    }
  })
}

/** Appends of 1–4 events on a few streams; tells their sizes. The metadata of an event names its append. */
async function fill(bench: EventStoreBench, store: EventStore, appends: number): Promise<readonly number[]> {
  const sizes: number[] = []
  for (let append = 0; append < appends; append++) {
    const size = bench.random.integer(1, 4)
    const events = Array.from({ length: size }, (_, index) =>
      bench.event({ type: index % 2 === 0 ? 'even happened' : 'odd happened', metadata: { append: String(append) } }),
    )
    await store.append([{ stream: `stream-${append % 4}`, expected: 'any', events }])
    sizes.push(size)
  }
  return sizes
}

function expectedIds(
  events: readonly RecordedEvent[],
  sizes: readonly number[],
  maxCount: number,
  types: readonly string[] | undefined,
): readonly string[] {
  const ids: string[] = []
  let next = 0
  for (const size of sizes) {
    if (ids.length >= maxCount) break
    const passed = events.slice(next, next + size).filter(({ type }) => types?.includes(type) ?? true)
    ids.push(...idsOf(passed))
    next += size
  }
  return ids
}

/** No append, as its metadata names it, lies in two batches. */
export function assertWholeAppends(batches: readonly (readonly RecordedEvent[])[]): void {
  const batchOf = new Map<unknown, number>()
  for (const [index, batch] of batches.entries()) {
    for (const { metadata } of batch) {
      const earlier = batchOf.get(metadata['append'])
      assert.ok(
        earlier === undefined || earlier === index,
        `append ${JSON.stringify(metadata['append'])} lies in two batches`,
      )
      batchOf.set(metadata['append'], index)
    }
  }
}
