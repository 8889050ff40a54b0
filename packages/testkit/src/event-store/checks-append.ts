import assert from 'node:assert/strict'
import type { StreamWrite } from '@micro/core'
import { rejection } from '../conformance/rejection.ts'
import { eventsOf, idsOf } from './event-store-bench.ts'
import type { RegisterChecks } from './register-checks.ts'

/** What an append answers, what it refuses, and that it is all or nothing. */
export const registerAppendChecks: RegisterChecks = ({ check }) => {
  check(['ES-APPEND-RESULT', 'ES-REVISIONS', 'ES-POSITIONS'], 'answers position and revision', async (bench) => {
    const store = await bench.store()
    let position = 0
    for (const [count, revision] of [
      [1, 0],
      [3, 3],
      [2, 5],
    ] as const) {
      const events = bench.events(count)
      const result = await store.append([{ stream: 'account-1', expected: 'any', events }])
      assert.deepEqual(result.revisions, [revision])
      assert.ok(Number.isSafeInteger(result.position) && result.position > position, 'positions increase')
      position = result.position
      const stored = await eventsOf(store.readAll())
      assert.equal(stored.at(-1)?.position, position, 'the position is that of the last event')
      assert.equal(stored.at(-1)?.id, events.at(-1)?.id)
    }
    const stored = await eventsOf(store.readStream('account-1'))
    assert.deepEqual(
      stored.map((event) => event.revision),
      [0, 1, 2, 3, 4, 5],
    )
    assert.ok(stored.every((event) => Number.isSafeInteger(event.position) && event.position >= 1))
    assert.ok(stored.every((event) => event.stream === 'account-1'))
  })

  check('ES-APPEND-READABLE', 'an acknowledged append is there in every kind of read', async (bench) => {
    const log = await bench.log()
    const [writer, reader] = [await log.open(), await log.open()]
    for (let round = 0; round < bench.scaled(100); round++) {
      const event = bench.event()
      const { position } = await writer.append([{ stream: `stream-${round}`, expected: 'no-stream', events: [event] }])
      for (const store of [writer, reader]) {
        assert.deepEqual(idsOf(await eventsOf(store.readStream(`stream-${round}`))), [event.id])
        assert.deepEqual(idsOf(await eventsOf(store.readAll({ after: position - 1 }))), [event.id])
        assert.deepEqual(idsOf(await eventsOf(store.readAll({ direction: 'backwards', maxCount: 1 }))), [event.id])
        assert.ok((await store.head()) >= position)
      }
    }
  })

  check('ES-APPEND-DURABLE', 'acknowledged appends are there after opening again', async (bench) => {
    const log = await bench.log()
    const store = await log.open()
    for (let round = 0; round < 10; round++)
      await store.append([{ stream: `stream-${round % 3}`, expected: 'any', events: bench.events(1 + (round % 3)) }])
    const before = await eventsOf(store.readAll())
    const head = await store.head()
    const reopened = await log.reopen()
    assert.deepEqual(await eventsOf(reopened.readAll()), before)
    assert.ok((await reopened.head()) >= head)
    const { position, revisions } = await reopened.append([
      { stream: 'stream-1', expected: 5, events: bench.events(1) },
    ])
    assert.ok(position > head)
    assert.deepEqual(revisions, [6])
  })

  check('ES-MULTI-STREAM', 'several written streams commit together, or are refused', async (bench) => {
    const log = await bench.log()
    const store = await log.open()
    const [one, two] = [bench.events(2), bench.events(1)]
    const writes: readonly StreamWrite[] = [
      { stream: 'one', expected: 'no-stream', events: one },
      { stream: 'two', expected: 'no-stream', events: two },
    ]
    if (!log.capabilities.multiStream) {
      await rejection(store.append(writes), 'MICRO_NOT_SUPPORTED')
      const guarded = [writes[0] as StreamWrite, { stream: 'two', expected: 'no-stream' } as const]
      await rejection(store.append(guarded), 'MICRO_NOT_SUPPORTED')
      assert.deepEqual(await eventsOf(store.readAll()), [])
      return
    }
    const { position, revisions } = await store.append(writes)
    assert.deepEqual(revisions, [1, 0])
    const stored = await eventsOf(store.readAll())
    assert.deepEqual(idsOf(stored), idsOf([...one, ...two]), 'stored in the order of the writes')
    assert.equal(stored.at(-1)?.position, position)
    assert.deepEqual(idsOf(await eventsOf(store.readStream('one'))), idsOf(one))
    assert.deepEqual(idsOf(await eventsOf(store.readStream('two'))), idsOf(two))
  })

  check('ES-APPEND-ATOMIC', '[5] a failing last event leaves nothing of the others', async (bench) => {
    const log = await bench.log()
    const store = await log.open()
    const taken = bench.event()
    const faults = [
      'malformed' as const,
      ...(log.capabilities.uniqueEventIds ? ['duplicate' as const] : []),
      ...(log.capabilities.multiStream ? ['conflict' as const] : []),
    ]
    await store.append([{ stream: 'taken', expected: 'no-stream', events: [taken] }])
    for (let round = 0; round < bench.scaled(1000); round++) {
      const events = bench.events(bench.random.integer(1, 20))
      const append = async (last: StreamWrite['events'], ...more: readonly StreamWrite[]): Promise<unknown> =>
        store.append([{ stream: 'new', expected: 'no-stream', events: [...events, ...(last ?? [])] }, ...more])
      const fault = faults[round % faults.length] as (typeof faults)[number]
      if (fault === 'malformed') await assert.rejects(append([bench.event({ type: '' })]), TypeError)
      if (fault === 'duplicate') await rejection(append([taken]), 'MICRO_DUPLICATE')
      if (fault === 'conflict') {
        const last = { stream: 'taken', expected: 'no-stream', events: bench.events(round % 3) } as const
        await rejection(append([], last), 'MICRO_CONFLICT')
      }
    }
    assert.deepEqual(idsOf(await eventsOf(store.readAll())), [taken.id])
    assert.deepEqual(await eventsOf(store.readStream('new')), [])
  })

  check(
    'ES-APPEND-TYPE-ERROR',
    '[4] refuses malformed writes and ids given twice and writes nothing',
    async (bench) => {
      const store = await bench.store()
      const [good, other] = bench.events(2)
      const write = (given: object): unknown => ({ stream: 'a', expected: 'any', events: [good], ...given })
      const malformed: Readonly<Record<string, unknown>> = {
        'no array': undefined,
        'no writes': [],
        'the same stream twice': [write({}), write({ events: [other] })],
        'the same stream written and guarded': [write({}), write({ events: [], expected: 'no-stream' })],
        'the same id twice in one stream': [write({ events: [good, good] })],
        'the same id twice in two streams': [write({}), write({ stream: 'b' })],
        'an empty stream name': [write({ stream: '' })],
        'a stream name that is too long': [write({ stream: 'x'.repeat(201) })],
        'a stream name with a control character': [write({ stream: 'a\nb' })],
        'a stream name that is half a character': [write({ stream: 'a\ud800' })],
        'a stream name that is no string': [write({ stream: 7 })],
        'a revision below 0': [write({ expected: -1 })],
        'half a revision': [write({ expected: 0.5 })],
        'a revision that is no number': [write({ expected: Number.NaN })],
        'an unknown expectation': [write({ expected: 'something' })],
        'no expectation': [write({ expected: undefined })],
        'events that are no array': [write({ events: 'none' })],
        'an event that is nothing': [write({ events: [null] })],
        'an id that is no UUID': [write({ events: [{ ...good, id: 'one' }] })],
        'an id in upper case': [write({ events: [{ ...good, id: 'ABCDEF00-0000-7000-8000-000000000000' }] })],
        'no id': [write({ events: [{ ...good, id: undefined }] })],
        'an empty type': [write({ events: [{ ...good, type: '' }] })],
        'a time in words': [write({ events: [{ ...good, time: 'yesterday' }] })],
        'a time of another zone': [write({ events: [{ ...good, time: '2024-05-06T07:08:09.123+02:00' }] })],
        'no data': [write({ events: [{ ...good, data: undefined }] })],
        'data that is a list': [write({ events: [{ ...good, data: [] }] })],
        'no metadata': [write({ events: [{ ...good, metadata: null }] })],
      }
      for (const [name, writes] of Object.entries(malformed)) {
        const append = async (): Promise<unknown> => store.append(writes as readonly StreamWrite[])
        await assert.rejects(append(), TypeError, `${name} must be a TypeError`)
      }
      assert.deepEqual(await eventsOf(store.readAll()), [])
      await store.append([{ stream: 'x'.repeat(200), expected: 'no-stream', events: bench.events(1) }])
    },
  )
}
