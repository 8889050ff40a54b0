import assert from 'node:assert/strict'
import type { Checkpoint, ProjectionStore } from '@micro/core'
import type { RegisterChecks } from './register-checks.ts'
import { rejectsWith } from './rejects-with.ts'
import { ACCOUNT, after, apply, asPrevious, FIRST, PROJECTION, put, remove, SECOND } from './projection-store-bench.ts'

/** What a commit writes, what it refuses, and that it is all or nothing. */
export const registerCommitChecks: RegisterChecks = ({ check }) => {
  check('PS-COMMIT-CHANGES', 'puts whole rows and removes rows', async (bench) => {
    const store = await bench.openActive()
    await apply(store, FIRST, [put({ id: 'a', owner: 'ann', note: 'x' }), put({ id: 'b' })])
    await apply(store, FIRST, [put({ id: 'a', owner: 'bob' }), remove('b'), remove('never there'), put({ id: 'c' })])
    assert.deepEqual(await store.find(ACCOUNT, {}), [{ id: 'a', owner: 'bob' }, { id: 'c' }])
    await apply(store, FIRST, [put({ id: 'b', back: true })])
    assert.deepEqual(await store.get(ACCOUNT, ['b']), [{ id: 'b', back: true }])
  })

  check('PS-COMMIT-CHANGES', 'takes many changes of several models at once', async (bench) => {
    const store = await bench.openActive()
    const many = bench.scaled(5000)
    const rows = Array.from({ length: many }, (_, index) => ({ id: `a${index}`, owner: `o${index % 7}` }))
    const owners = Array.from({ length: 7 }, (_, index) => put({ name: `o${index}` }, 'owner', 'name'))
    await apply(store, FIRST, [...rows.map((row) => put(row)), ...owners])
    assert.equal(await store.count(ACCOUNT, {}), many)
    assert.equal(await store.count({ ...ACCOUNT, model: 'owner' }, {}), 7)
    await apply(
      store,
      FIRST,
      rows.map((row) => remove(row.id)),
    )
    assert.equal(await store.count(ACCOUNT, {}), 0)
  })

  check(
    ['PS-COMMIT-EMPTY', 'PS-COMMIT-CAS'],
    'moves only the checkpoint without changes, over gaps too',
    async (bench) => {
      const store = await bench.openActive()
      await apply(store, FIRST, [put({ id: 'a' })])
      const positions = [2, 17, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]
      for (const position of positions) {
        const previous = asPrevious(await store.checkpoint(PROJECTION))
        await store.commit(FIRST, { previous, next: { position, eventId: `e${position}` }, changes: [] })
        assert.deepEqual(await store.checkpoint(PROJECTION), { generation: 1, position, eventId: `e${position}` })
      }
      assert.deepEqual(await store.find(ACCOUNT, {}), [{ id: 'a' }])
    },
  )

  check(['PS-COMMIT-CAS', 'PS-COMMIT-ATOMIC'], 'refuses a stale previous and changes nothing', async (bench) => {
    const store = await bench.openActive()
    await apply(store, FIRST, [put({ id: 'a', n: 1 }), put({ id: 'b', n: 1 })])
    const second = await apply(store, FIRST, [put({ id: 'a', n: 2 })])
    const stale: Record<string, Checkpoint | undefined> = {
      'nothing applied': undefined,
      'the one before': { position: 1, eventId: 'event-1' },
      'one to come': { position: 3, eventId: 'event-3' },
      'another event at the same position': { position: 2, eventId: 'event-2x' },
      'the same event at another position': { position: 1, eventId: 'event-2' },
      'no event at the same position': { position: 2, eventId: '' },
    }
    for (const [what, previous] of Object.entries(stale)) {
      const changes = [put({ id: 'new' }), put({ id: 'a', n: 9 }), remove('b')]
      const next = { position: 9, eventId: 'event-9' }
      await rejectsWith('MICRO_CONFLICT', () => store.commit(FIRST, { previous, next, changes }), what)
      await unchanged(store, second)
    }
    const next = { position: 2, eventId: 'event-2 of another log' }
    const previous = { position: 1, eventId: 'event-1' }
    await rejectsWith('MICRO_CONFLICT', () => store.commit(FIRST, { previous, next, changes: [remove('a')] }))
    await unchanged(store, second)
  })

  check('PS-COMMIT-CAS', 'refuses a commit that goes backwards', async (bench) => {
    const store = await bench.openActive()
    const first = await apply(store, FIRST, [put({ id: 'a', n: 1 }), put({ id: 'b', n: 1 })])
    const second = await apply(store, FIRST, [put({ id: 'a', n: 2 })])
    await assert.rejects(
      () => store.commit(FIRST, { previous: second, next: first, changes: [remove('a')] }),
      TypeError,
    )
    await unchanged(store, second)
  })

  check('PS-COMMIT-ATOMIC', 'writes nothing when one of its changes cannot be written', async (bench) => {
    const store = await bench.openActive()
    await apply(store, FIRST, [put({ id: 'a', n: 1 }), put({ id: 'b', n: 1 })])
    const second = await apply(store, FIRST, [put({ id: 'a', n: 2 })])
    const changes = [put({ id: 'a', n: 9 }), remove('b'), put({ id: 'x' }, 'never prepared'), put({ id: 'c' })]
    await assert.rejects(() => store.commit(FIRST, { previous: second, next: after(second), changes }))
    await unchanged(store, second)
  })

  check('PS-COMMIT-CAS', 'compares for each generation by itself', async (bench) => {
    const store = await bench.openActive()
    await store.prepare(SECOND, [{ model: 'account', key: 'id', indexes: [] }])
    const first = await apply(store, FIRST, [put({ id: 'a' })])
    const commit = { previous: first, next: after(first), changes: [] }
    await rejectsWith('MICRO_CONFLICT', () => store.commit(SECOND, commit))
    await store.commit(SECOND, { previous: undefined, next: { position: 7, eventId: 'seven' }, changes: [] })
    await store.commit(FIRST, commit)
  })

  check('PS-COMMIT-AGAIN', 'succeeds when its next already stands, and changes nothing', async (bench) => {
    const store = await bench.openActive()
    const other = await bench.open()
    const first = after(undefined)
    const commit = { previous: undefined, next: first, changes: [put({ id: 'a', n: 1 })] }
    await store.commit(FIRST, commit)
    await store.commit(FIRST, commit)
    await other.commit(FIRST, commit)
    // A paused applier may come with what it has computed from other rows.
    await other.commit(FIRST, { ...commit, changes: [put({ id: 'a', n: 2 }), put({ id: 'b' })] })
    await other.commit(FIRST, { previous: { position: 0, eventId: 'x' }, next: first, changes: [remove('a')] })
    assert.deepEqual(await store.find(ACCOUNT, {}), [{ id: 'a', n: 1 }])

    const second = after(first)
    await store.commit(FIRST, { previous: first, next: second, changes: [] })
    await rejectsWith('MICRO_CONFLICT', () => store.commit(FIRST, commit), 'an older commit again')
    await store.commit(FIRST, { previous: first, next: second, changes: [put({ id: 'late' })] })
    assert.deepEqual(await store.find(ACCOUNT, {}), [{ id: 'a', n: 1 }])
  })

  check('PS-COMMIT-MISSING', 'refuses a generation never prepared, or dropped', async (bench) => {
    const store = await bench.openActive()
    const commit = { previous: undefined, next: after(undefined), changes: [put({ id: 'a' })] }
    await rejectsWith('MICRO_NOT_FOUND', () => store.commit(SECOND, commit))
    await rejectsWith('MICRO_NOT_FOUND', () => store.commit({ projection: 'no@1', generation: 1 }, commit))
    await store.prepare(SECOND, [{ model: 'account', key: 'id', indexes: [] }])
    await store.commit(SECOND, commit)
    await store.drop(SECOND)
    await rejectsWith('MICRO_NOT_FOUND', () => store.commit(SECOND, commit))
  })

  async function unchanged(store: ProjectionStore, checkpoint: Checkpoint): Promise<void> {
    assert.deepEqual(await store.checkpoint(PROJECTION), { generation: 1, ...checkpoint })
    assert.deepEqual(await store.find(ACCOUNT, {}), [
      { id: 'a', n: 2 },
      { id: 'b', n: 1 },
    ])
  }
}
