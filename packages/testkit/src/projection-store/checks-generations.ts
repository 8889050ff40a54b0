import assert from 'node:assert/strict'
import { isMicroError, type ModelTable, type ProjectionStore } from '@micro/core'
import {
  ACCOUNT,
  after,
  apply,
  asPrevious,
  FIRST,
  keysOf,
  MODELS,
  PROJECTION,
  put,
  SECOND,
  succeeds,
} from './projection-store-bench.ts'
import type { RegisterChecks } from './register-checks.ts'
import { rejectsWith } from './rejects-with.ts'

/** Preparing, switching to and dropping generations, while others read and commit. */
export const registerGenerationChecks: RegisterChecks = ({ check }) => {
  check('PS-PREPARE-AGAIN', 'keeps rows and checkpoint when prepared again', async (bench) => {
    const store = await bench.openActive()
    await apply(store, FIRST, [put({ id: 'a', owner: 'ann', city: 'x' })])
    await store.prepare(FIRST, MODELS)
    const other = await bench.open()
    await other.prepare(FIRST, MODELS)
    // An index may be declared later than the rows were written.
    const withIndex: ModelTable[] = [{ model: 'account', key: 'id', indexes: ['owner', 'city'] }]
    await other.prepare(FIRST, withIndex)
    assert.deepEqual(keysOf(await store.find(ACCOUNT, { city: 'x' })), ['a'])
    assert.deepEqual(await store.checkpoint(PROJECTION), { generation: 1, position: 1, eventId: 'event-1' })
    await apply(store, FIRST, [put({ id: 'b', owner: 'ann', city: 'x' })])
    assert.deepEqual(keysOf(await store.find(ACCOUNT, { city: 'x' })), ['a', 'b'])
  })

  check('PS-PREPARE-AGAIN', 'takes several instances that prepare, activate and commit at once', async (bench) => {
    const instances = await Promise.all(Array.from({ length: 8 }, () => bench.open()))
    const commit = { previous: undefined, next: after(undefined), changes: [put({ id: 'a' })] }
    await Promise.all(
      instances.map(async (store) => {
        await store.prepare(FIRST, MODELS)
        await store.commit(FIRST, commit)
        await store.activate(FIRST)
        assert.deepEqual(await store.find(ACCOUNT, {}), [{ id: 'a' }])
      }),
    )
  })

  check('PS-ACTIVATE-SWITCH', 'switches get, find, count and checkpoint of every handle at once', async (bench) => {
    const store = await bench.openActive()
    const other = await bench.open()
    await apply(store, FIRST, [put({ id: 'a', from: 1 }), put({ id: 'gone', from: 1 })])
    await store.prepare(SECOND, MODELS)
    await apply(store, SECOND, [put({ id: 'a', from: 2 })])
    assert.equal(await other.count(ACCOUNT, {}), 2, 'prepared is not active')
    await store.activate(SECOND)
    for (const reader of [store, other, await bench.open()]) {
      assert.deepEqual(await reader.get(ACCOUNT, ['a', 'gone']), [{ id: 'a', from: 2 }, undefined])
      assert.deepEqual(await reader.find(ACCOUNT, {}), [{ id: 'a', from: 2 }])
      assert.equal(await reader.count(ACCOUNT, {}), 1)
      assert.equal((await reader.checkpoint(PROJECTION))?.generation, 2)
      assert.equal(await reader.count({ ...ACCOUNT, generation: 1 }, {}), 2, 'the old one is there until it is dropped')
    }
  })

  check(
    'PS-ACTIVATE-SWITCH',
    'never shows a reader the old generation after the new one, or a mixture',
    async (bench) => {
      const store = await bench.openActive()
      const rowsOf = (generation: number): ReturnType<typeof put>[] =>
        ['a', 'b', 'c'].map((id) => put({ id, generation }))
      await apply(store, FIRST, rowsOf(1))
      let isSwitching = true
      const readers = Array.from({ length: 4 }, async () => {
        const reader = await bench.open()
        let latest = 0
        do {
          const seen = new Set((await reader.find(ACCOUNT, {})).map((row) => row['generation'] as number))
          for (const row of await reader.get(ACCOUNT, ['a', 'b'])) seen.add(row?.['generation'] as number)
          assert.ok(Math.min(...seen) >= latest, `generation ${Math.min(...seen)} after ${latest}`)
          latest = Math.max(...seen)
          await bench.turn()
        } while (isSwitching)
      })
      const switching = async (): Promise<void> => {
        const rounds = bench.scaled(50)
        for (let generation = 2; generation <= rounds + 1; generation++) {
          const next = { projection: PROJECTION, generation }
          await store.prepare(next, MODELS)
          await apply(store, next, rowsOf(generation))
          await store.activate(next)
          await store.drop({ projection: PROJECTION, generation: generation - 1 })
          if (generation % 3 === 0) await bench.turn()
        }
      }
      await Promise.all([switching().finally(() => (isSwitching = false)), ...readers])
    },
  )

  check('PS-ACTIVATE-AGAIN', 'activates the active one as often as asked', async (bench) => {
    const store = await bench.openActive()
    const other = await bench.open()
    await apply(store, FIRST, [put({ id: 'a' })])
    await Promise.all([store.activate(FIRST), store.activate(FIRST), other.activate(FIRST)])
    assert.deepEqual(await other.find(ACCOUNT, {}), [{ id: 'a' }])
    assert.deepEqual(await other.checkpoint(PROJECTION), { generation: 1, position: 1, eventId: 'event-1' })
  })

  check('PS-ACTIVATE-FORWARDS', 'refuses a generation that is behind, until it has caught up', async (bench) => {
    const store = await bench.openActive()
    await apply(store, FIRST, [put({ id: 'a', from: 1 })], 10)
    await store.prepare(SECOND, MODELS)
    await rejectsWith('MICRO_CONFLICT', () => store.activate(SECOND), 'nothing applied')
    await apply(store, SECOND, [put({ id: 'a', from: 2 })], 9)
    await rejectsWith('MICRO_CONFLICT', () => store.activate(SECOND), '9 of 10')
    assert.deepEqual(await store.get(ACCOUNT, ['a']), [{ id: 'a', from: 1 }])
    assert.equal((await store.checkpoint(PROJECTION))?.generation, 1)
    await apply(store, SECOND, [])
    await store.activate(SECOND)
    assert.deepEqual(await store.get(ACCOUNT, ['a']), [{ id: 'a', from: 2 }])
    await apply(store, SECOND, [])
    await rejectsWith('MICRO_CONFLICT', () => store.activate(FIRST), 'back to the old one')
    assert.equal((await store.checkpoint(PROJECTION))?.position, 11)
  })

  check('PS-ACTIVATE-FORWARDS', 'never goes backwards while others commit and activate', async (bench) => {
    const store = await bench.openActive()
    const other = await bench.open()
    await store.prepare(SECOND, MODELS)
    let isBusy = true
    const watching = async (): Promise<void> => {
      const reader = await bench.open()
      let highest = 0
      do {
        const { position } = (await reader.checkpoint(PROJECTION)) ?? { position: -1 }
        assert.ok(position >= highest, `${position} after ${highest}`)
        highest = position
        await bench.turn()
      } while (isBusy)
    }
    const advancing = async (generation: typeof FIRST, by: ProjectionStore): Promise<void> => {
      const rounds = bench.scaled(200)
      for (let round = 0; round < rounds; round++) {
        await apply(by, generation, [put({ id: 'a' })])
        await succeeds(by.activate(generation))
        if (round % 3 === 0) await bench.turn()
      }
    }
    const busy = Promise.all([advancing(FIRST, store), advancing(SECOND, other)]).finally(() => (isBusy = false))
    await Promise.all([busy, watching(), watching()])
  })

  check('PS-ACTIVATE-MISSING', 'refuses a generation never prepared, or dropped', async (bench) => {
    const store = await bench.openActive()
    await rejectsWith('MICRO_NOT_FOUND', () => store.activate(SECOND))
    await rejectsWith('MICRO_NOT_FOUND', () => store.activate({ projection: 'no@1', generation: 1 }))
    await store.prepare(SECOND, MODELS)
    await store.drop(SECOND)
    await rejectsWith('MICRO_NOT_FOUND', () => store.activate(SECOND))
    assert.equal((await store.checkpoint(PROJECTION))?.generation, 1)
  })

  check('PS-DROP-ROWS', 'removes rows and checkpoint, and is content when there are none', async (bench) => {
    const store = await bench.openActive()
    await store.drop(SECOND)
    await store.drop({ projection: 'no@1', generation: 1 })
    await apply(store, FIRST, [put({ id: 'a' })])
    await store.prepare(SECOND, MODELS)
    await apply(store, SECOND, [put({ id: 'old' })])
    await store.drop(SECOND)
    await store.drop(SECOND)
    assert.equal(await store.checkpoint(PROJECTION, { generation: 2 }), undefined)
    assert.deepEqual(await store.find(ACCOUNT, {}), [{ id: 'a' }], 'the active one is untouched')

    await store.prepare(SECOND, MODELS)
    assert.equal((await store.checkpoint(PROJECTION, { generation: 2 }))?.position, 0)
    assert.equal(await store.count({ ...ACCOUNT, generation: 2 }, {}), 0)
    await apply(store, SECOND, [put({ id: 'new' })])
    assert.deepEqual(await store.find({ ...ACCOUNT, generation: 2 }, {}), [{ id: 'new' }])
  })

  check('PS-DROP-ACTIVE', 'refuses the active generation, and keeps it', async (bench) => {
    const store = await bench.openActive()
    const other = await bench.open()
    await apply(store, FIRST, [put({ id: 'a' })])
    await rejectsWith('MICRO_CONFLICT', () => other.drop(FIRST))
    assert.deepEqual(await store.find(ACCOUNT, {}), [{ id: 'a' }])
    await store.prepare(SECOND, MODELS)
    await apply(store, SECOND, [])
    await store.activate(SECOND)
    await other.drop(FIRST)
    await rejectsWith('MICRO_CONFLICT', () => other.drop(SECOND))
  })

  check(
    ['PS-READ-MISSING', 'PS-ACTIVATE-SWITCH'],
    'answers from a whole generation or not at all while one is dropped',
    async (bench) => {
      const store = await bench.openActive()
      const reader = await bench.open()
      const rows = ['a', 'b', 'c'].map((id) => put({ id }))
      await apply(store, FIRST, rows)
      const rounds = bench.scaled(100)
      for (let generation = 2; generation <= rounds + 1; generation++) {
        const next = { projection: PROJECTION, generation }
        const before = { projection: PROJECTION, generation: generation - 1 }
        await store.prepare(next, MODELS)
        const previous = asPrevious(await store.checkpoint(PROJECTION))
        await store.commit(next, { previous: undefined, next: previous ?? after(undefined), changes: rows })
        const switched = store.activate(next).then(() => store.drop(before))
        const [byActive, byName] = await Promise.allSettled([
          reader.find(ACCOUNT, {}),
          reader.count({ ...ACCOUNT, generation: generation - 1 }, {}),
          switched,
        ])
        assert.equal(byActive.status === 'fulfilled' && byActive.value.length, 3)
        if (byName.status === 'fulfilled') assert.equal(byName.value, 3, 'a dropped generation looked empty')
        else assert.ok(isMicroError(byName.reason, 'MICRO_NOT_FOUND'), String(byName.reason))
      }
    },
  )
}
