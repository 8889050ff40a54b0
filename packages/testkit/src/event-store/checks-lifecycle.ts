import assert from 'node:assert/strict'
import type { EventStore, StreamWrite } from '@micro/core'
import { begun } from '../conformance/begun.ts'
import { rejection } from '../conformance/rejection.ts'
import { batchesOf, type EventStoreBench, eventsOf, idsOf } from './event-store-bench.ts'
import type { RegisterChecks } from './register-checks.ts'

type Call = (store: EventStore, signal?: AbortSignal) => Promise<unknown>

/** Every method that takes a signal. */
const CANCELLABLE: Readonly<Record<string, Call>> = {
  readStream: (store, signal) => batchesOf(store.readStream('a', { signal })),
  'readStream of a missing stream': (store, signal) => batchesOf(store.readStream('none', { signal })),
  'readStream backwards': (store, signal) => batchesOf(store.readStream('a', { signal, direction: 'backwards' })),
  readAll: (store, signal) => batchesOf(store.readAll({ signal })),
  'readAll backwards': (store, signal) => batchesOf(store.readAll({ signal, direction: 'backwards' })),
  subscribe: (store, signal) => store.subscribe({ signal })[Symbol.asyncIterator]().next(),
  head: (store, signal) => store.head({ signal }),
}

/** Handles, abortion, and what closing does. */
export const registerLifecycleChecks: RegisterChecks = ({ check }) => {
  check(['ES-HANDLES', 'ES-ID'], 'two handles share one log and close apart', async (bench) => {
    const log = await bench.log()
    const [first, second] = [await log.open(), await log.open()]
    assert.ok(typeof first.id === 'string' && first.id !== '')
    assert.equal(second.id, first.id)
    const events = bench.events(2)
    await first.append([{ stream: 'a', expected: 'no-stream', events }])
    const follower = bench.follow(second)
    await follower.untilEvent(events[1]?.id ?? '')
    await first.close()
    assert.deepEqual(idsOf(await eventsOf(second.readAll())), idsOf(events))
    const live = bench.event()
    await second.append([{ stream: 'a', expected: 1, events: [live] }])
    await follower.untilEvent(live.id)
    assert.equal((await log.reopen()).id, first.id)
  })

  check(['ES-ISOLATED', 'ES-ID'], 'two logs do not see each other', async (bench) => {
    const [mine, yours] = [await bench.store(), await bench.store()]
    assert.notEqual(mine.id, yours.id)
    const follower = bench.follow(yours)
    await follower.next()
    const event = bench.event()
    await mine.append([{ stream: 'a', expected: 'no-stream', events: [event] }])
    assert.deepEqual(await eventsOf(yours.readAll()), [])
    assert.deepEqual(await eventsOf(yours.readStream('a')), [])
    // The same id and stream are free in another log.
    await yours.append([{ stream: 'a', expected: 'no-stream', events: [event] }])
    await follower.untilEvent(event.id)
    assert.equal(follower.events.length, 1)
    assert.equal((await eventsOf(mine.readAll())).length, 1)
  })

  for (const [name, call] of Object.entries(CANCELLABLE)) {
    check('ES-ABORT', `${name} with an aborted signal rejects with its reason`, async (bench) => {
      const store = await filled(bench)
      const reason = { why: 'nobody waits any more' }
      const thrown = await call(store, AbortSignal.abort(reason)).then(
        () => assert.fail('it succeeded'),
        (error: unknown) => error,
      )
      assert.equal(thrown, reason)
      await call(store, new AbortController().signal)
    })

    check('ES-CLOSED', `${name} on a closed handle rejects`, async (bench) => {
      const store = await filled(bench)
      await store.close()
      assert.equal((await rejection(call(store), 'MICRO_UNAVAILABLE')).outcome, 'none')
    })
  }

  check('ES-CLOSED', 'append on a closed handle rejects and writes nothing', async (bench) => {
    const log = await bench.log()
    const [store, other] = [await log.open(), await log.open()]
    await store.close()
    const write: StreamWrite = { stream: 'a', expected: 'no-stream', events: bench.events(1) }
    assert.equal((await rejection(store.append([write]), 'MICRO_UNAVAILABLE')).outcome, 'none')
    await rejection(store.append([{ stream: 'a', expected: 'no-stream' }]), 'MICRO_UNAVAILABLE')
    assert.deepEqual(await eventsOf(other.readAll()), [])
  })

  check('ES-ABORT', 'a waiting subscription rejects with the reason when it is aborted', async (bench) => {
    const store = await filled(bench)
    const controller = new AbortController()
    const follower = bench.follow(store, { signal: controller.signal, after: await store.head() })
    await follower.next()
    const waiting = begun(follower.until(() => false))
    const reason = new Error('enough')
    controller.abort(reason)
    await assert.rejects(waiting, (error) => error === reason)
  })

  check('ES-ABORT', 'an iteration that is aborted between two batches rejects with the reason', async (bench) => {
    const store = await bench.store()
    await store.append([{ stream: 'a', expected: 'no-stream', events: bench.events(3) }])
    for (const read of [
      (signal: AbortSignal) => store.readStream('a', { signal }),
      (signal: AbortSignal) => store.readAll({ signal }),
      (signal: AbortSignal) => store.subscribe({ signal }),
    ]) {
      const controller = new AbortController()
      const reason = new Error('enough')
      const iterate = async (): Promise<void> => {
        for await (const batch of read(controller.signal)) {
          assert.ok(batch)
          controller.abort(reason)
        }
      }
      await assert.rejects(iterate(), (error) => error === reason)
    }
  })

  check('ES-CLOSE', 'close ends subscriptions by returning, waiting and lagging ones', async (bench) => {
    const store = await filled(bench)
    const waiting = bench.follow(store, { after: await store.head() })
    const lagging = bench.follow(store)
    await waiting.next()
    await lagging.next()
    const ended = begun(endOf(waiting))
    await store.close()
    assert.equal(await ended, undefined)
    assert.equal(await endOf(lagging), undefined)
  })

  check('ES-CLOSE', 'is idempotent, also at the same time', async (bench) => {
    const store = await filled(bench)
    await Promise.all([store.close(), store.close()])
    await store.close()
  })

  check('ES-CLOSE', 'begun appends finish', async (bench) => {
    const log = await bench.log()
    const [store, other] = [await log.open(), await log.open()]
    const events = bench.events(20)
    const appends = events.map((event, index) =>
      store.append([{ stream: `stream-${index}`, expected: 'no-stream', events: [event] }]),
    )
    await Promise.all([store.close(), ...appends])
    const stored = idsOf(await eventsOf(other.readAll()))
    assert.deepEqual([...stored].sort(), [...idsOf(events)].sort())
  })

  check('ES-CLOSE', 'a subscription that its consumer leaves does not keep the store from closing', async (bench) => {
    const store = await filled(bench)
    for await (const { position } of store.subscribe()) if (position > 0) break
    await store.close()
  })
}

async function filled(bench: EventStoreBench): Promise<EventStore> {
  const store = await bench.store()
  await store.append([{ stream: 'a', expected: 'no-stream', events: bench.events(3) }])
  return store
}

/** Reads a subscription to its end by returning. */
async function endOf(follower: ReturnType<EventStoreBench['follow']>): Promise<undefined> {
  while ((await follower.next()) !== undefined);
  return undefined
}
