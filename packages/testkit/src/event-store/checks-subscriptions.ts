import assert from 'node:assert/strict'
import type { EventFilter, EventStore, Position, RecordedEvent, SubscriptionBatch } from '@micro/core'
import { begun } from '../conformance/begun.ts'
import { aWhile, turn } from '../conformance/turns.ts'
import { assertWholeAppends } from './checks-reading.ts'
import { type EventStoreBench, eventsOf, idsOf } from './event-store-bench.ts'
import type { RegisterChecks } from './register-checks.ts'

/** Batches hold at most this many events, and the append that reaches it: a bound that every adapter can keep. */
const MOST_IN_A_BATCH = 4096

/** History, the hand-over to live, filters, and a consumer that lags. */
export const registerSubscriptionChecks: RegisterChecks = ({ check }) => {
  check('ES-SUBSCRIBE-FIRST', 'an empty log gives an empty first batch', async (bench) => {
    const log = await bench.log()
    const store = await log.open()
    assert.deepEqual(await bench.follow(store).next(), { events: [], position: 0, caughtUp: true })
    const { position } = await store.append([{ stream: 'a', expected: 'no-stream', events: bench.events(1) }])
    const atEnd = await bench.follow(store, { after: position }).next()
    assert.deepEqual(atEnd?.events, [])
    assert.ok(atEnd.position >= position)
  })

  check(
    ['ES-SUBSCRIBE-HANDOVER', 'ES-HANDLES'],
    '[9] subscriptions begun at random moments of one load miss and double nothing',
    async (bench) => {
      const log = await bench.log()
      const [writer, other] = [await log.open(), await log.open()]
      const begins = bench.scaled(200)
      const positions = [0]
      const append = async (): Promise<void> => {
        const stream = `stream-${bench.random.integer(0, 9)}`
        const events = bench.events(bench.random.integer(1, 3))
        const store = bench.random.pick([writer, other])
        positions.push((await store.append([{ stream, expected: 'any', events }])).position)
      }
      // Some appends are awaited and some run beside the next ones, so that a subscription meets every state of one.
      const last = bench.event()
      const appends: Promise<unknown>[] = []
      const following: Promise<readonly RecordedEvent[]>[] = []
      const starts: Position[] = []
      while (following.length < begins) {
        for (let count = bench.random.integer(0, 6); count > 0; count--) {
          const appended = begun(append())
          appends.push(appended)
          if (bench.random.next() < 0.5) await appended
        }
        if (bench.random.next() < 0.1) await turn()
        const after = bench.random.pick(positions)
        const follower = bench.follow(bench.random.pick([writer, other]), { after })
        starts.push(after)
        following.push(begun(follower.untilEvent(last.id)))
      }
      await Promise.all(appends)
      await writer.append([{ stream: 'ends', expected: 'any', events: [last] }])
      const all = await eventsOf(writer.readAll())
      for (const [index, seen] of (await Promise.all(following)).entries()) {
        const after = starts[index] ?? 0
        const expected = all.filter(({ position }) => position > after)
        assert.deepEqual(idsOf(seen), idsOf(expected), `subscription ${index} after ${after}`)
      }
    },
  )

  check(['ES-SUBSCRIBE-HANDOVER', 'ES-HANDLES'], 'one event wakes a waiting subscription', async (bench) => {
    const log = await bench.log()
    const [writer, other] = [await log.open(), await log.open()]
    const followers = [bench.follow(writer), bench.follow(other)]
    for (let round = 0; round < 3; round++) {
      const event = bench.event()
      const waiting = followers.map((follower) => begun(follower.untilEvent(event.id)))
      // Nothing comes after it: who misses it waits for ever.
      await aWhile()
      await writer.append([{ stream: 'a', expected: 'any', events: [event] }])
      await Promise.all(waiting)
    }
    for (const { events } of followers) assert.equal(events.length, 3)
  })

  check('ES-SUBSCRIBE-POSITION', 'positions go forward and tell what was passed', async (bench) => {
    const log = await bench.log()
    const store = await log.open()
    for (let round = 0; round < 40; round++)
      await store.append([{ stream: `stream-${round % 3}`, expected: 'any', events: bench.events(1 + (round % 3)) }])
    for (const filter of [
      undefined,
      { types: ['thing happened'] },
      { streamPrefixes: ['stream-2', 'end'] },
      { types: [] },
    ]) {
      const follower = bench.follow(store, { filter })
      const head = await store.head()
      await follower.until((batch) => batch.position >= head && batch.caughtUp)
      assert.deepEqual(follower.events, await eventsOf(store.readAll({ filter })))
      const { position } = await store.append([{ stream: 'end', expected: 'any', events: bench.events(2) }])
      await follower.until((batch) => batch.position >= position && batch.caughtUp)
      assertPositions(follower.batches)
      assert.deepEqual(follower.events, await eventsOf(store.readAll({ filter })))
    }
  })

  check('ES-HEAD', 'a subscription begun now passes the head', async (bench) => {
    const log = await bench.log()
    const [writer, reader] = [await log.open(), await log.open()]
    assert.equal(await writer.head(), 0)
    for (let round = 0; round < bench.scaled(50); round++) {
      const { position } = await writer.append([{ stream: 'a', expected: 'any', events: bench.events(2) }])
      const head = await reader.head()
      assert.ok(head >= position)
      await bench.follow(reader, { after: position - 1 }).until((batch) => batch.position >= head)
    }
  })

  check('ES-FILTER', 'a filtered subscription gets the events that match, from history and live', async (bench) => {
    const store = await bench.store()
    const filter: EventFilter = { types: ['wanted'], streamPrefixes: ['mine-', 'ours-'] }
    const append = async (): Promise<void> => {
      for (const [index, stream] of ['mine-1', 'yours-1', 'ours-1', 'mine'].entries()) {
        const events = [bench.event({ type: 'wanted' }), bench.event({ type: 'other' })]
        await store.append([{ stream, expected: 'any', events: index % 2 === 0 ? events : events.toReversed() }])
      }
    }
    await append()
    const follower = bench.follow(store, { filter })
    await follower.next()
    await append()
    const last = bench.event({ type: 'wanted' })
    await store.append([{ stream: 'ours-2', expected: 'no-stream', events: [last] }])
    const seen = await follower.untilEvent(last.id)
    assert.deepEqual(seen, await eventsOf(store.readAll({ filter })))
    assert.equal(seen.length, 5)
  })

  check('ES-BATCH-WHOLE', 'batches of a subscription hold whole appends', async (bench) => {
    const log = await bench.log()
    const [writer, reader] = [await log.open(), await log.open()]
    const appends = bench.scaled(600, 100)
    const write = async (from: number): Promise<void> => {
      for (let append = from; append < from + appends; append++) await appendNamed(bench, writer, append)
    }
    await write(0)
    const filters = [undefined, { types: ['thing happened'] }, { streamPrefixes: ['stream-1', 'end'] }]
    const followers = filters.map((filter) => bench.follow(reader, { filter }))
    const last = bench.event({ metadata: { append: 'end' } })
    const all = followers.map((follower) => begun(follower.untilEvent(last.id)))
    await write(appends)
    await writer.append([{ stream: 'end', expected: 'no-stream', events: [last] }])
    await Promise.all(all)
    for (const { batches } of followers) assertWholeAppends(batches.map(({ events }) => events))
  })

  check(
    ['ES-SUBSCRIBE-SLOW', 'ES-SUBSCRIBE-POSITION'],
    'a consumer that is far behind gets everything in bounded batches',
    async (bench) => {
      const log = await bench.log()
      const [writer, reader] = [await log.open(), await log.open()]
      const follower = bench.follow(reader)
      await follower.next()
      const size = 50
      for (let round = 0; round < bench.scaled(1000, 200); round++)
        await writer.append([{ stream: `stream-${round % 7}`, expected: 'any', events: bench.events(size) }])
      const last = bench.event()
      await writer.append([{ stream: 'end', expected: 'no-stream', events: [last] }])
      const seen = await follower.untilEvent(last.id)
      assert.deepEqual(idsOf(seen), idsOf(await eventsOf(writer.readAll())))
      const head = seen.at(-1)?.position ?? 0
      for (const { caughtUp, position } of follower.batches.slice(1))
        assert.ok(!caughtUp || position >= head, `caught up at ${position} of ${head}`)
      const largest = Math.max(...follower.batches.map(({ events }) => events.length))
      assert.ok(largest <= MOST_IN_A_BATCH + size, `a batch of ${largest} events`)
      const reading: number[] = []
      for await (const batch of writer.readAll()) reading.push(batch.length)
      assert.ok(Math.max(...reading) <= MOST_IN_A_BATCH + size, 'readAll gives bounded batches too')
    },
  )
}

async function appendNamed(bench: EventStoreBench, store: EventStore, append: number): Promise<void> {
  const types = ['thing happened', 'other happened', 'thing happened'].slice(0, bench.random.integer(1, 3))
  const events = types.map((type) => bench.event({ type, metadata: { append: String(append) } }))
  await store.append([{ stream: `stream-${append % 3}`, expected: 'any', events }])
}

function assertPositions(batches: readonly SubscriptionBatch[]): void {
  let before = 0
  for (const { events, position } of batches) {
    const inside = events.every((event: RecordedEvent) => event.position > before && event.position <= position)
    assert.ok(inside, 'events lie between the last position and this one')
    assert.ok(position >= before, `position ${position} after ${before}`)
    before = position
  }
}
