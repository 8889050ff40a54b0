import { describe, expect, it } from 'vitest'
import type { ProjectionStore, Query, Row, Table } from '../ports/projection-store.ts'
import { memoryProjectionStore } from './memory-projection-store.ts'

const generation = { projection: 'bank@1', generation: 1 }
const table: Table = { projection: 'bank@1', model: 'account' }

async function storeOf(rows: readonly Row[], indexes: readonly string[]): Promise<ProjectionStore> {
  const store = await memoryProjectionStore().open(undefined as never)
  await store.prepare(generation, [{ model: 'account', key: 'id', indexes }])
  await store.activate(generation)
  const changes = rows.map((row) => ({ kind: 'put' as const, model: 'account', key: row['id'] as string, row }))
  await store.commit(generation, { previous: undefined, next: { position: 1, eventId: 'e1' }, changes })
  return store
}

describe('memoryProjectionStore', () => {
  it.each<[Query, number]>([
    [{ owner: 'ann' }, 10],
    [{ owner: { $in: ['ann', 'bob', 'nobody'] } }, 20],
    [{ owner: 'nobody' }, 0],
    [{ id: '7' }, 1],
    [{ id: { $in: ['7', '8', 'x'] } }, 2],
    [{ owner: 'ann', id: { $in: ['0', '1'] } }, 2],
    [{ $and: [{ owner: 'ann' }, { seen: { $ne: 2 } }] }, 10],
    [{ seen: 1 }, 100],
  ])('looks only at the rows that an index names: %j', async (query, expected) => {
    const seen = new Set<string>()
    const rows = Array.from({ length: 100 }, (_, index) => {
      const id = String(index)
      const owner = ['ann', 'bob', 'cy', 'dee', 'eve', 'fay', 'guy', 'hal', 'ida', 'joe'][index % 10] as string
      // A frozen row is kept as it is, so its getters tell who looks.
      const look = <T>(value: T): T => (seen.add(id), value)
      return Object.freeze({
        get id() {
          return look(id)
        },
        get owner() {
          return look(owner)
        },
        get seen() {
          return look(1)
        },
      })
    })
    const store = await storeOf(rows, [])
    // An index may be declared later than the rows were written.
    await store.prepare(generation, [{ model: 'account', key: 'id', indexes: ['owner'] }])
    seen.clear()
    await store.count(table, query)
    expect(seen.size).toBe(expected)
  })

  it('keeps a sealed row itself, and a frozen copy of any other', async () => {
    const sealed = Object.freeze({ id: 'a' })
    const open = { id: 'b', list: [{ n: 1 }] }
    const store = await storeOf([sealed, open], [])
    const [first, second] = await store.get(table, ['a', 'b'])
    expect(first).toBe(sealed)
    expect(second).toEqual(open)
    expect(second).not.toBe(open)
    expect(Object.isFrozen(open)).toBe(false)
    expect(Object.isFrozen(second?.['list'])).toBe(true)
    expect(Object.isFrozen((second as typeof open).list[0])).toBe(true)
  })

  it('forgets what no row has any more', async () => {
    const store = await storeOf([{ id: 'a', owner: 'ann' }], ['owner'])
    const previous = { position: 1, eventId: 'e1' }
    await store.commit(generation, {
      previous,
      next: { position: 2, eventId: 'e2' },
      changes: [{ kind: 'put', model: 'account', key: 'a', row: { id: 'a', owner: ['bob', 'cy', 'bob'] } }],
    })
    expect(await store.count(table, { owner: 'ann' })).toBe(0)
    expect(await store.count(table, { owner: { $in: ['bob', 'cy'] } })).toBe(1)
  })
})
