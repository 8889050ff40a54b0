import assert from 'node:assert/strict'
import type { EventStore, JsonObject, NewEvent, RecordedEvent } from '@micro/core'
import { type EventStoreBench, eventsOf } from './event-store-bench.ts'
import type { RegisterChecks } from './register-checks.ts'
import { jsonCorpus } from '../conformance/json-corpus.ts'

/** What comes back is what was given, and stays so. */
export const registerRoundTripChecks: RegisterChecks = ({ check }) => {
  check('ES-ROUND-TRIP', '[10] data and metadata of all kinds come back as the same text', async (bench) => {
    const log = await bench.log()
    const store = await log.open()
    const given: NewEvent[] = []
    for (const [name, value] of Object.entries(jsonCorpus())) {
      const event = bench.event({ type: `${name} happened`, data: value, metadata: { user: value } })
      await store.append([{ stream: 'corpus', expected: 'any', events: [event] }])
      given.push(event)
    }
    const assertSame = async (reader: EventStore): Promise<void> => {
      for (const [name, events] of await everyRead(bench, reader, 'corpus', given.length))
        assert.deepEqual(events.map(textOf), given.map(textOf), name)
    }
    await assertSame(store)
    await assertSame(await log.reopen())
  })

  check('ES-ROUND-TRIP', 'type, time and id come back as they were given', async (bench) => {
    const store = await bench.store()
    const odd = [
      bench.event({ type: ' ' }),
      bench.event({ type: 'Ä ' }),
      bench.event({ type: 'x'.repeat(200) }),
      bench.event({ time: '1970-01-01T00:00:00.000Z' }),
      bench.event({ time: '9999-12-31T23:59:59.999Z' }),
      bench.event({ time: '0001-01-01T00:00:00.001Z' }),
      bench.event({ id: '00000000-0000-0000-0000-000000000000' }),
      bench.event({ id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' }),
    ]
    await store.append([{ stream: 'odd', expected: 'no-stream', events: odd }])
    for (const [name, events] of await everyRead(bench, store, 'odd', odd.length))
      assert.deepEqual(events.map(textOf), odd.map(textOf), name)
  })

  check('ES-SYSTEM-FIELDS', '[11] data and metadata do not overwrite what the store says', async (bench) => {
    const store = await bench.store()
    const lies: JsonObject = {
      id: '11111111-1111-1111-1111-111111111111',
      type: 'lie',
      stream: 'lie',
      streamId: 'lie',
      revision: 99,
      position: 99,
      time: '1999-01-01T00:00:00.000Z',
      created: 1,
      $v: 1,
      metadata: { position: 99 },
      data: { lie: true },
    }
    const event = bench.event({ data: lies, metadata: lies })
    const { position } = await store.append([{ stream: 'truth', expected: 'no-stream', events: [event] }])
    for (const [name, [stored]] of await everyRead(bench, store, 'truth', 1)) {
      const { id, type, stream, revision, time } = stored as RecordedEvent
      assert.deepEqual([id, type, time, stream, revision], [event.id, event.type, event.time, 'truth', 0], name)
      assert.equal(stored?.position, position)
      assert.equal(textOf(stored), textOf(event), name)
    }
  })

  check('ES-SEALED', 'readers cannot change what others read', async (bench) => {
    const store = await bench.store()
    const event = bench.event({ data: { row: { balance: 1 }, list: [1] }, metadata: { user: { name: 'a' } } })
    const more = bench.event()
    await store.append([{ stream: 'a', expected: 'no-stream', events: [event, more] }])
    for (const [name, [stored]] of await everyRead(bench, store, 'a', 2)) {
      assert.ok(stored)
      for (const change of [
        (): unknown => Object.assign(stored, { type: 'changed', position: 99 }),
        (): unknown => Object.assign(stored.data['row'] as object, { balance: 2 }),
        (): unknown => (stored.data['list'] as unknown[]).push(2),
        (): unknown => Object.assign(stored.metadata['user'] as object, { name: 'b' }),
        (): unknown => Object.assign(stored.data as object, { more: true }),
      ])
        tryTo(change)
      for (const [reading, [again]] of await everyRead(bench, store, 'a', 2)) {
        assert.equal(textOf(again as RecordedEvent), textOf(event), `${name}, then ${reading}`)
        assert.ok((again?.position ?? 0) < 99 && again?.type === event.type, `${name}, then ${reading}`)
      }
    }
  })

  check('ES-SEALED', 'what a reader does to a batch does not reach others', async (bench) => {
    const store = await bench.store()
    await store.append([{ stream: 'a', expected: 'no-stream', events: bench.events(3) }])
    for await (const batch of store.readAll()) tryTo(() => (batch as RecordedEvent[]).reverse())
    for await (const batch of store.readStream('a')) tryTo(() => (batch as RecordedEvent[]).splice(0))
    const revisions = (await eventsOf(store.readStream('a'))).map(({ revision }) => revision)
    assert.deepEqual(revisions, [0, 1, 2])
    assert.deepEqual(
      (await eventsOf(store.readAll())).map(({ revision }) => revision),
      [0, 1, 2],
    )
  })
}

type NamedRead = readonly [name: string, events: readonly RecordedEvent[]]

/** The events of a stream, which are the whole log, in append order, by every way there is. */
async function everyRead(
  bench: EventStoreBench,
  store: EventStore,
  stream: string,
  count: number,
): Promise<readonly NamedRead[]> {
  const follower = bench.follow(store)
  await follower.until(() => follower.events.length >= count)
  return [
    ['readStream', await eventsOf(store.readStream(stream))],
    ['readStream backwards', (await eventsOf(store.readStream(stream, { direction: 'backwards' }))).toReversed()],
    ['readAll', await eventsOf(store.readAll())],
    ['readAll backwards', (await eventsOf(store.readAll({ direction: 'backwards' }))).toReversed()],
    ['subscribe', follower.events],
  ]
}

function textOf({ id, type, time, data, metadata }: NewEvent): string {
  return JSON.stringify({ id, type, time, data, metadata })
}

/** Frozen things throw when they are changed, copies do not; both are fine. */
function tryTo(change: () => unknown): void {
  try {
    change()
  } catch (error) {
    assert.ok(error instanceof TypeError)
  }
}
