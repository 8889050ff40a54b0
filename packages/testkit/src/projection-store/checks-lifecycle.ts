import assert from 'node:assert/strict'
import type { Generation, IoOptions, ProjectionStore } from '@micro/core'
import { ACCOUNT, after, apply, begun, FIRST, MODELS, PROJECTION, put, SECOND } from './projection-store-bench.ts'
import type { RegisterChecks } from './register-checks.ts'
import { rejectsWith } from './rejects-with.ts'

const THIRD: Generation = { projection: PROJECTION, generation: 3 }
const FOURTH: Generation = { projection: PROJECTION, generation: 4 }

type Call = (store: ProjectionStore, options?: IoOptions) => Promise<unknown>

const CALLS: Readonly<Record<Exclude<keyof ProjectionStore, 'close'>, Call>> = {
  get: (store, options) => store.get(ACCOUNT, ['a'], options),
  find: (store, options) => store.find(ACCOUNT, {}, options),
  count: (store, options) => store.count(ACCOUNT, {}, options),
  commit: (store, options) =>
    store.commit(
      FIRST,
      { previous: { position: 1, eventId: 'event-1' }, next: after({ position: 1, eventId: '' }), changes: [] },
      options,
    ),
  checkpoint: (store, options) => store.checkpoint(PROJECTION, options),
  prepare: (store, options) => store.prepare(THIRD, MODELS, options),
  activate: (store, options) => store.activate(SECOND, options),
  drop: (store, options) => store.drop(FOURTH, options),
}

/** Every method on an open, a second, a closing and a closed handle, and when aborted. */
export const registerLifecycleChecks: RegisterChecks = ({ check }) => {
  check('PS-CAPABILITIES', 'are frozen, and known before anything is opened', async (bench) => {
    const { kind, capabilities } = await bench.provider()
    assert.ok(Object.isFrozen(capabilities), 'not frozen')
    assert.deepEqual(Object.keys(capabilities).sort(), ['durable', 'shared', 'snapshotReads'])
    for (const [name, value] of Object.entries(capabilities)) assert.equal(typeof value, 'boolean', name)
    assert.ok(kind.length > 0)
    if (capabilities.shared)
      assert.ok(capabilities.durable || kind !== 'memory', 'memory is not shared between processes')
  })

  check('PS-OPEN-HANDLES', 'sees the same data through every handle, also after all were closed', async (bench) => {
    const store = await bench.openActive()
    const other = await bench.open()
    await apply(store, FIRST, [put({ id: 'a' })])
    await apply(other, FIRST, [put({ id: 'b' })])
    for (const handle of [store, other]) assert.deepEqual(await handle.find(ACCOUNT, {}), [{ id: 'a' }, { id: 'b' }])
    await store.close()
    await apply(other, FIRST, [put({ id: 'c' })])
    assert.equal(await other.count(ACCOUNT, {}), 3, 'another handle goes on')
    await other.close()
    const again = await bench.open()
    assert.equal(await again.count(ACCOUNT, {}), 3)
    assert.deepEqual(await again.checkpoint(PROJECTION), { generation: 1, position: 3, eventId: 'event-3' })
  })

  check('PS-DURABLE', 'finds everything again where durable', async (bench) => {
    const { durable } = (await bench.provider()).capabilities
    const before = await bench.openActive()
    await apply(before, FIRST, [put({ id: 'a', owner: 'ann' })], 3)
    await before.prepare(SECOND, MODELS)
    await apply(before, SECOND, [put({ id: 'b', owner: 'ann' })], 4)
    await before.activate(SECOND)
    const store = durable ? await bench.reopen() : await bench.open()
    assert.deepEqual(await store.checkpoint(PROJECTION), { generation: 2, position: 4, eventId: 'event-4' })
    assert.deepEqual(await store.find(ACCOUNT, { owner: 'ann' }), [{ id: 'b', owner: 'ann' }])
    assert.deepEqual(await store.find({ ...ACCOUNT, generation: 1 }, {}), [{ id: 'a', owner: 'ann' }])
    await store.prepare(SECOND, MODELS)
    await apply(store, SECOND, [put({ id: 'c' })])
    assert.equal(await store.count(ACCOUNT, {}), 2)
  })

  check('PS-CLOSE-FINISH', 'finishes begun commits, and closes as often as asked', async (bench) => {
    const store = await bench.openActive()
    const other = await bench.open()
    const first = await apply(store, FIRST, [put({ id: 'a' })])
    const committing = begun(store.commit(FIRST, { previous: first, next: after(first), changes: [put({ id: 'b' })] }))
    const closing = [store.close(), store.close()]
    await committing
    await Promise.all(closing)
    await store.close()
    assert.equal((await other.checkpoint(PROJECTION))?.position, 2)
    assert.deepEqual(await other.find(ACCOUNT, {}), [{ id: 'a' }, { id: 'b' }])
  })

  check('PS-CLOSED', 'refuses every method', async (bench) => {
    const store = await bench.openActive()
    const other = await bench.open()
    await apply(store, FIRST, [put({ id: 'a' })])
    await store.prepare(SECOND, MODELS)
    await apply(store, SECOND, [])
    await store.prepare(FOURTH, MODELS)
    await store.close()
    for (const [name, call] of Object.entries(CALLS)) await rejectsWith('MICRO_UNAVAILABLE', () => call(store), name)
    assert.equal((await other.checkpoint(PROJECTION))?.position, 1, 'a closed handle committed')
    assert.equal((await other.checkpoint(PROJECTION))?.generation, 1, 'a closed handle activated')
    assert.equal(await other.checkpoint(PROJECTION, { generation: 3 }), undefined, 'a closed handle prepared')
    assert.notEqual(await other.checkpoint(PROJECTION, { generation: 4 }), undefined, 'a closed handle dropped')
  })

  check('PS-CLOSED', 'ends waits of the closed handle, and of no other', async (bench) => {
    const store = await bench.openActive()
    const other = await bench.open()
    const ended = begun(rejectsWith('MICRO_UNAVAILABLE', () => store.checkpoint(PROJECTION, { atLeast: 2 })))
    const wait = begun(other.checkpoint(PROJECTION, { atLeast: 2 }))
    await store.count(ACCOUNT, {})
    await store.close()
    await ended
    await apply(other, FIRST, [], 2)
    assert.equal((await wait)?.position, 2)
  })

  check('PS-ABORTED', 'rejects every method with the reason, and changes nothing', async (bench) => {
    const store = await bench.openActive()
    await apply(store, FIRST, [put({ id: 'a' })])
    await store.prepare(SECOND, MODELS)
    await apply(store, SECOND, [], 5)
    await store.prepare(FOURTH, MODELS)
    const reason = new Error('changed my mind')
    for (const [name, call] of Object.entries(CALLS)) {
      const aborted = call(store, { signal: AbortSignal.abort(reason) })
      await assert.rejects(aborted, (error) => error === reason, name)
    }
    assert.deepEqual(await store.checkpoint(PROJECTION), { generation: 1, position: 1, eventId: 'event-1' })
    assert.equal(await store.checkpoint(PROJECTION, { generation: 3 }), undefined, 'prepared')
    assert.notEqual(await store.checkpoint(PROJECTION, { generation: 4 }), undefined, 'dropped')
    const { signal } = new AbortController()
    for (const [name, call] of Object.entries(CALLS)) await assert.doesNotReject(call(store, { signal }), name)
  })
}
