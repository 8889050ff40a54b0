import { memoryProjectionStore, type ProjectionStore, type Query, type Row, type RowChange } from '@micro/core'
import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { sqliteProjectionStore, sqliteStore } from '../src/index.ts'
import { loadSqlite } from '../src/load-sqlite.ts'
import { defer, host, newEvents, newFile } from './bench.ts'

const generation = { projection: 'bank@1', generation: 1 }
const table = { projection: 'bank@1', model: 'account' }
const VALUES = [
  null,
  0,
  1,
  -5,
  2.5,
  1e21,
  5e-324,
  '',
  'a',
  'ab',
  'a\0b',
  'a\u0001',
  '😀',
  '\ue000',
  true,
  false,
  [],
  [1, 'a'],
  ['a', 'b'],
  { x: 1 },
] as const

async function openModels(file: string): Promise<ProjectionStore> {
  const store = await sqliteProjectionStore({ file }).open(host)
  defer(() => store.close())
  return store
}

describe('rows of models', () => {
  it('answer every query as the reference does, with and without an index', { timeout: 300_000 }, async () => {
    const stores = [
      await memoryProjectionStore().open(host),
      await openModels(newFile()),
      await openModels(newFile()),
    ] as const
    await Promise.all(
      stores.map((store, index) =>
        store.prepare(generation, [{ model: 'account', key: 'id', indexes: index === 2 ? ['a', 'b', 'c.d'] : [] }]),
      ),
    )
    await Promise.all(stores.map((store) => store.activate(generation)))
    const keys = Array.from({ length: 40 }, (_, n) => `key ${n}`)
    let position = 0
    for (let round = 0; round < scaled(50, 5); round++) {
      const changes = keys
        .filter(() => Math.random() < 0.4)
        .map((key): RowChange => {
          if (Math.random() < 0.3) return { kind: 'remove', model: 'account', key }
          const row: Row = {
            id: key,
            a: pick(VALUES),
            c: { d: pick(VALUES) },
            ...(Math.random() < 0.5 ? { b: pick(VALUES) } : {}),
          }
          return { kind: 'put', model: 'account', key, row }
        })
      const previous = position === 0 ? undefined : { position, eventId: `e${position}` }
      const next = { position: ++position, eventId: `e${position}` }
      await Promise.all(stores.map((store) => store.commit(generation, { previous, next, changes })))
      for (const query of queries()) {
        const options = {
          sort: pick([{}, { a: 1 }, { b: -1, a: 1 }] as const),
          skip: pick([0, 3]),
          limit: pick([5, 100]),
        }
        const [expected, ...found] = await Promise.all(stores.map((store) => store.find(table, query, options)))
        for (const rows of found) expect({ query, options, rows }).toEqual({ query, options, rows: expected })
        const [count, ...counted] = await Promise.all(stores.map((store) => store.count(table, query)))
        expect(counted).toEqual([count, count])
      }
    }
  })

  it('are found through an index that was added to rows that were there', async () => {
    const store = await openModels(newFile())
    await store.prepare(generation, [{ model: 'account', key: 'id', indexes: [] }])
    const changes = ['x', 'y'].map((id): RowChange => ({
      kind: 'put',
      model: 'account',
      key: id,
      row: { id, owner: id },
    }))
    await store.commit(generation, { previous: undefined, next: { position: 1, eventId: 'e1' }, changes })
    await store.prepare(generation, [{ model: 'account', key: 'id', indexes: ['owner'] }])
    await store.activate(generation)
    expect(await store.find(table, { owner: 'y' })).toEqual([{ id: 'y', owner: 'y' }])
  })

  it('go to the disk with events of the same moment, in one transaction', async () => {
    const file = newFile()
    const sqlite = sqliteStore({ file })
    const [store, models] = [await sqlite.events.open(host), await sqlite.projections.open(host)]
    defer(() => Promise.all([store.close(), models.close()]))
    await models.prepare(generation, [{ model: 'account', key: 'id', indexes: [] }])
    const { DatabaseSync } = await loadSqlite()
    const observer = new DatabaseSync(file, { timeout: 0 })
    defer(() => observer.close())
    const version = (): unknown => observer.prepare('PRAGMA data_version').get()
    const changes: RowChange[] = [{ kind: 'put', model: 'account', key: 'a', row: { id: 'a' } }]
    const seen = new Set<string>()
    const append = store.append([{ stream: 'a', expected: 'no-stream', events: newEvents(1) }])
    const commit = models.commit(generation, { previous: undefined, next: { position: 1, eventId: 'e' }, changes })
    seen.add(JSON.stringify(version()))
    await append
    seen.add(JSON.stringify(version()))
    await commit
    seen.add(JSON.stringify(version()))
    expect(seen.size).toBe(2)
  })

  it('that a commit of another process moved are waited for', async () => {
    const file = newFile()
    const [reader, writer] = [await openModels(file), await openModels(file)]
    await writer.prepare(generation, [{ model: 'account', key: 'id', indexes: [] }])
    await writer.activate(generation)
    const waiting = reader.checkpoint('bank@1', { atLeast: 7 })
    await writer.commit(generation, { previous: undefined, next: { position: 7, eventId: 'e7' }, changes: [] })
    expect(await waiting).toEqual({ generation: 1, position: 7, eventId: 'e7' })
  })

  it.each(['another connection', 'another handle of the same one'])(
    'are never those of a table that took the place of a dropped one, though %s dropped it',
    async (who) => {
      const file = newFile()
      const provider = sqliteProjectionStore({ file })
      const reader = await provider.open(host)
      defer(() => reader.close())
      const writer = who === 'another connection' ? await openModels(file) : await provider.open(host)
      if (who !== 'another connection') defer(() => writer.close())
      const models = [{ model: 'account', key: 'id', indexes: ['owner'] }]
      const put = async (projection: string, owner: string): Promise<void> => {
        const changes: RowChange[] = [{ kind: 'put', model: 'account', key: 'a', row: { id: 'a', owner } }]
        const next = { position: 1, eventId: 'e' }
        await writer.commit({ projection, generation: 1 }, { previous: undefined, next, changes })
      }
      await writer.prepare(generation, models)
      await put('bank@1', 'x')
      const read = { ...table, generation: 1 }
      for (let again = 0; again < 3; again++) {
        expect(await reader.get(read, ['a', 'b'])).toEqual([{ id: 'a', owner: 'x' }, undefined])
        expect(await reader.find(read, { owner: 'x' })).toEqual([{ id: 'a', owner: 'x' }])
        expect(await reader.count(read, {})).toBe(1)
      }
      await writer.drop(generation)
      await writer.prepare({ projection: 'shop@1', generation: 1 }, models)
      await put('shop@1', 'y')
      for (let again = 0; again < 2; again++) {
        await expect(reader.get(read, ['a'])).rejects.toMatchObject({ code: 'MICRO_NOT_FOUND' })
        await expect(reader.find(read, {})).rejects.toMatchObject({ code: 'MICRO_NOT_FOUND' })
        await expect(reader.count(read, {})).rejects.toMatchObject({ code: 'MICRO_NOT_FOUND' })
      }
      const [row] = await reader.get({ projection: 'shop@1', generation: 1, model: 'account' }, ['a'])
      expect(row).toEqual({ id: 'a', owner: 'y' })
    },
  )

  it('are the active generation’s where none is named, and are found by an index that another process added', async () => {
    const file = newFile()
    const [reader, writer] = [await openModels(file), await openModels(file)]
    for (const number of [1, 2]) {
      const next = { position: 1, eventId: 'e' }
      const changes: RowChange[] = [{ kind: 'put', model: 'account', key: 'a', row: { id: 'a', owner: `o${number}` } }]
      await writer.prepare({ ...generation, generation: number }, [{ model: 'account', key: 'id', indexes: [] }])
      await writer.commit({ ...generation, generation: number }, { previous: undefined, next, changes })
      await writer.activate({ ...generation, generation: number })
      for (let again = 0; again < 2; again++) expect(await reader.find(table, { owner: `o${number}` })).toHaveLength(1)
    }
    const read = { ...table, generation: 2 }
    expect(await reader.find(read, { owner: 'o2' })).toHaveLength(1)
    await writer.prepare({ ...generation, generation: 2 }, [{ model: 'account', key: 'id', indexes: ['owner'] }])
    expect(await reader.find(read, { owner: 'o2' })).toHaveLength(1)
    expect(await reader.find(read, { owner: 'o1' })).toEqual([])
  })

  it('that were damaged are refused by name', async () => {
    const file = newFile()
    const store = await openModels(file)
    await store.prepare(generation, [{ model: 'account', key: 'id', indexes: [] }])
    await store.activate(generation)
    const changes: RowChange[] = [{ kind: 'put', model: 'account', key: 'a', row: { id: 'a', balance: 100 } }]
    await store.commit(generation, { previous: undefined, next: { position: 1, eventId: 'e1' }, changes })
    const { DatabaseSync } = await loadSqlite()
    const connection = new DatabaseSync(file, { timeout: 1000 })
    connection.exec(`UPDATE rows_1 SET row = replace(row, '100', '900')`)
    connection.close()
    await expect(store.get(table, ['a'])).rejects.toMatchObject({
      code: 'MICRO_STORE_CORRUPT',
      details: { place: 'the row with key "a" of table rows_1' },
    })
  })
})

function pick<Value>(values: readonly Value[]): Value {
  return values[Math.floor(Math.random() * values.length)] as Value
}

/** Every kind of bound, on paths that are indexed and on others. */
function queries(): readonly Query[] {
  const path = pick(['a', 'b', 'c.d', 'id'])
  const scalars = VALUES.filter((value) => typeof value !== 'object' || value === null)
  const limit = pick(scalars.filter((value) => value !== null))
  return [
    {},
    { [path]: pick(VALUES) },
    { [path]: { $in: [pick(scalars), pick(scalars)] } },
    { [path]: { $ne: pick(VALUES) } },
    { [path]: { [pick(['$gt', '$gte', '$lt', '$lte'])]: limit } },
    { a: { $gte: limit, $lt: pick(scalars.filter((value) => value !== null)) } },
    { a: pick(scalars), b: pick(scalars) },
    { $or: [{ a: pick(scalars) }, { b: pick(scalars) }] },
    { id: { $in: ['key 1', 'key 2', 'none'] }, a: { $exists: true } },
  ]
}
