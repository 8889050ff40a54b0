import { type FindOptions, memoryProjectionStore, type Query, type Row, type RowChange } from '@micro/core'
import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { taffyProjectionStore } from '../src/index.ts'
import { type Models, openModels, type Pick, put, remove, withSeed } from './models.ts'

const ROWS = 1000

/** Row n: owner n % 10, amount n, key in the order of n; `seen` is told who is looked at. */
function watchedRows(seen: Set<string>): readonly Row[] {
  return Array.from({ length: ROWS }, (_, n) => {
    const id = String(n).padStart(4, '0')
    const look = <Value>(value: Value): Value => (seen.add(id), value)
    // A frozen row is kept as it is, so its getters tell who looks.
    return Object.freeze({
      get id() {
        return look(id)
      },
      get owner() {
        return look(`owner ${n % 10}`)
      },
      get amount() {
        return look(n)
      },
      get kind() {
        return look('same')
      },
      get name() {
        return look(n % 100)
      },
    })
  })
}

async function watchedModels(): Promise<{ models: Models; seen: Set<string> }> {
  const seen = new Set<string>()
  const models = await openModels(taffyProjectionStore(), ['owner'])
  await models.apply(watchedRows(seen).map((row, n) => ({ ...put({ id: String(n).padStart(4, '0') }), row })))
  // An index may be declared later than the rows were written.
  await models.index(['owner', 'amount', 'kind'])
  seen.clear()
  return { models, seen }
}

describe('an index', () => {
  it.each<[Query, FindOptions, number, number]>([
    // query, options, rows looked at, rows found
    [{ id: '0007' }, {}, 1, 1],
    [{ id: { $in: ['0007', '0008', 'x'] } }, {}, 2, 2],
    [{ owner: 'owner 1' }, {}, 100, 100],
    [{ owner: { $in: ['owner 1', 'owner 2', 'nobody'] } }, {}, 200, 200],
    [{ owner: 'owner 1' }, { limit: 3, skip: 2 }, 5, 3],
    [{ owner: 'owner 1' }, { sort: { id: -1 }, limit: 3 }, 3, 3],
    [{ owner: 'nobody' }, {}, 0, 0],
    [{ owner: 'owner 1', id: { $in: ['0001', '0002'] } }, {}, 2, 1],
    [{ amount: { $gt: 989 } }, {}, 11, 10],
    [{ amount: { $gte: 10, $lt: 20 } }, {}, 11, 10],
    [{ amount: { $lte: 4 } }, { sort: { amount: -1 } }, 5, 5],
    [{ amount: { $gte: 500 } }, { sort: { amount: 1 }, limit: 3 }, 3, 3],
    [{ amount: { $gte: 500 } }, { sort: { amount: -1 }, limit: 3, skip: 4 }, 7, 3],
    [{ amount: { $gt: 'text' } }, {}, 0, 0],
    [{ amount: { $gt: 5, $lt: 'text' } }, { sort: { amount: 1 } }, 0, 0],
    [{ id: { $gte: '0100', $lte: '0109' } }, {}, 10, 10],
    [{ id: { $gte: '0990' } }, { sort: { id: -1 }, limit: 2 }, 2, 2],
    [{ id: { $lt: '0005' } }, { limit: 10 }, 6, 5],
    [{ id: { $gt: 5 } }, {}, 0, 0],
    [{ name: { $exists: true } }, { sort: { amount: -1 }, limit: 5 }, 5, 5],
    [{}, { sort: { amount: -1 }, limit: 5 }, 0, 5],
    [{ name: { $exists: true } }, { sort: { amount: 1, name: -1 }, limit: 5 }, 5, 5],
    [{}, { sort: { amount: 1, name: -1 }, limit: 5 }, 0, 5],
    [{ name: { $exists: true } }, { sort: { kind: -1 }, limit: 5 }, 5, 5],
    [{}, { sort: { kind: -1 }, limit: 5 }, 0, 5],
    [{ name: { $exists: true } }, { sort: { id: -1, name: 1 }, limit: 5, skip: 5 }, 10, 5],
    [{}, { sort: { id: -1, name: 1 }, limit: 5, skip: 5 }, 0, 5],
    [{ name: { $exists: true } }, { limit: 5 }, 5, 5],
    [{}, { limit: 5 }, 0, 5],
    [{ name: { $lt: 50 } }, { sort: { amount: 1 }, limit: 5 }, 5, 5],
    [{ name: { $exists: true } }, { sort: { amount: 1 }, limit: 0 }, 0, 0],
    [{}, { sort: { amount: 1 }, limit: 0 }, 0, 0],
  ])('looks at no row that it does not name: %j %j', async (query, options, looked, found) => {
    const { models, seen } = await watchedModels()
    const rows = await models.find(query, options)
    expect({ looked: seen.size, found: rows.length }).toEqual({ looked, found })
  })

  it.each<[Query, number]>([
    [{}, 0],
    [{ id: '0007' }, 1],
    [{ owner: 'owner 1' }, 100],
    [{ owner: { $in: ['owner 1', 'owner 2'] } }, 200],
    [{ amount: { $gte: 500, $lte: 509 } }, 10],
    [{ id: { $gte: '0500', $lte: '0509' } }, 10],
  ])('is counted by without looking at other rows: %j', async (query, looked) => {
    const { models, seen } = await watchedModels()
    await models.count(query)
    expect(seen.size).toBe(looked)
  })

  it('that no query can use costs one look at every row', async () => {
    const { models, seen } = await watchedModels()
    await models.find({ name: 5 })
    expect(seen.size).toBe(ROWS)
  })
})

const VALUES = [
  null,
  0,
  -0,
  1,
  -5,
  2.5,
  1e21,
  '',
  'a',
  'ab',
  '😀',
  '\ue000',
  true,
  false,
  [],
  [1, 'a'],
  ['a', 'b'],
  [5, 7],
  [null],
  { x: 1 },
  { d: 1 },
  [{ d: 1 }, { d: 'a' }],
] as const
const SCALARS = VALUES.filter((value) => typeof value !== 'object' || value === null)
const LIMITS = SCALARS.filter((value) => value !== null)

describe('rows', () => {
  it(
    'are found and ordered as the reference does it, whatever they hold and however they are indexed',
    { timeout: 300_000 },
    async () => {
      await withSeed(async (pick) => {
        const reference = await openModels(memoryProjectionStore(), [])
        const tried = await Promise.all(
          [[], ['a'], ['a', 'b', 'c.d', 'e']].map((indexes) => openModels(taffyProjectionStore(), indexes)),
        )
        const keys = Array.from({ length: 40 }, (_, n) => `key ${n}`)
        for (let round = 0; round < scaled(300, 30); round++) {
          const changes = keys.filter(() => pick([true, false, false])).map((key) => randomChange(key, pick))
          for (const models of [reference, ...tried]) await models.apply(changes)
          if (round === 10) await tried[1]?.index(['a', 'e', 'c.d'])
          for (const query of randomQueries(pick)) {
            const options: FindOptions = {
              sort: pick([
                {},
                { a: 1 },
                { a: -1 },
                { e: 1 },
                { e: -1, a: 1 },
                { 'c.d': -1 },
                { b: -1, a: 1 },
                { id: -1 },
                { id: 1, a: 1 },
              ] as const),
              skip: pick([0, 0, 3]),
              limit: pick([undefined, 0, 1, 5, 100]),
            }
            const expected = await reference.find(query, options)
            const count = await reference.count(query)
            for (const models of tried) {
              expect({ query, options, rows: await models.find(query, options) }).toEqual({
                query,
                options,
                rows: expected,
              })
              expect({ query, count: await models.count(query) }).toEqual({ query, count })
            }
          }
        }
      })
    },
  )
})

function randomChange(key: string, pick: Pick): RowChange {
  if (pick([true, false, false])) return remove(key)
  return put({
    id: key,
    a: pick(VALUES),
    // Mostly one scalar, as most indexed properties are.
    e: pick(SCALARS),
    ...(pick([true, false]) ? { b: pick(VALUES) } : {}),
    ...pick([{ c: { d: pick(VALUES) } }, { c: [{ d: pick(SCALARS) }] }, { c: 1 }, {}]),
  } as Row)
}

/** Every kind of bound, on paths that are indexed and on others. */
function randomQueries(pick: Pick): readonly Query[] {
  const path = pick(['a', 'b', 'c.d', 'e', 'id'])
  const key = (): string => `key ${pick([0, 7, 15, 39])}`
  return [
    {},
    { [path]: pick(VALUES) },
    { [path]: { $in: [pick(SCALARS), pick(SCALARS)] } },
    { [path]: { $ne: pick(VALUES) } },
    { [path]: { [pick(['$gt', '$gte', '$lt', '$lte'])]: pick(LIMITS) } },
    { [path]: { $gte: pick(LIMITS), $lt: pick(LIMITS) } },
    { [path]: { $gt: pick(LIMITS), $gte: pick(LIMITS), $lte: pick(LIMITS) } },
    { id: { $gte: key(), $lt: key() } },
    { id: { $gt: key() }, e: { $gt: pick(LIMITS) } },
    { id: { $in: [key(), key(), 'none'] }, a: { $exists: true } },
    { e: { $gte: 0 }, a: { $lte: pick(LIMITS) } },
    { a: pick(SCALARS), b: pick(SCALARS) },
    { $or: [{ a: pick(SCALARS) }, { b: pick(SCALARS) }] },
  ]
}
