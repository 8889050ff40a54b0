import assert from 'node:assert/strict'
import { compileQuery, type ModelTable, type ProjectionStore, type Query, type Row } from '@micro/core'
import { ACCOUNT, apply, FIRST, keysOf, put, remove } from './projection-store-bench.ts'
import { QUERY_CASES } from './query-cases.ts'
import { randomQuery, randomRow } from './random-rows.ts'
import type { RegisterChecks } from './register-checks.ts'
import { rejectsWith } from './rejects-with.ts'

const models = (...indexes: string[]): readonly ModelTable[] => [{ model: 'account', key: 'id', indexes }]

const INVALID: readonly unknown[] = [
  { $where: 'true' },
  { $nor: [{ a: 1 }] },
  { a: { $type: 'string' } },
  { a: { $unknown: 1 } },
  { a: { $gt: 1, b: 2 } },
  { a: { $in: 1 } },
  { a: { $exists: 1 } },
  { a: { $not: 1 } },
  { a: { $regex: '(' } },
  { a: { $regex: 'x', $options: 'g' } },
  { a: { $options: 'i' } },
  { a: { $elemMatch: 1 } },
  { $and: [] },
  { $or: { a: 1 } },
  { a: undefined },
  { a: NaN },
  { a: new Date(0) },
  { '': 1 },
  { 'a..b': 1 },
  { 'a.$b': 1 },
  { 'a.__proto__': 1 },
  JSON.parse('{"__proto__":1}'),
  null,
  [],
  'a',
]

/** What queries mean, that indexes change nothing, and what is refused. */
export const registerQueryChecks: RegisterChecks = ({ check }) => {
  check('PS-FIND-QUERY', 'finds and counts what the table of cases says', async (bench) => {
    await decideCases(await bench.openActive(models()))
  })

  check(['PS-FIND-QUERY', 'PS-FIND-INDEX'], 'decides the same cases the same way with indexes', async (bench) => {
    await decideCases(await bench.openActive(models('a', 'b', 'c', 'a.b', 'a.0', 'a.b.c', 'id')))
  })

  check('PS-FIND-INDEX', 'answers random queries over random rows with and without indexes alike', async (bench) => {
    const { random } = bench
    const store = await bench.openActive([
      { model: 'plain', key: 'id', indexes: [] },
      { model: 'indexed', key: 'id', indexes: ['a', 'b', 'a.b', 'c'] },
    ])
    const rows = new Map<string, Row>()
    for (let round = 0; round < bench.scaled(100); round++) {
      // Rows come, change and go, so that indexes have something to keep up with.
      const keys = new Set(Array.from({ length: 20 }, () => `k${random.integer(0, 99)}`))
      const changes = [...keys].map((id) =>
        rows.has(id) && random.next() < 0.3 ? undefined : { id, ...randomRow(random) },
      )
      const commits = [...keys].flatMap((id, index) => {
        const row = changes[index]
        if (row === undefined) rows.delete(id)
        else rows.set(id, row)
        return ['plain', 'indexed'].map((model) => (row === undefined ? remove(id, model) : put(row, model)))
      })
      await apply(store, FIRST, commits)
      for (let count = 0; count < 50; count++) {
        const query = randomQuery(random)
        const { matches } = compileQuery(query)
        const expected = [...rows.values()]
          .filter(matches)
          .map((row) => row['id'] as string)
          .sort()
        for (const model of ['plain', 'indexed']) {
          const table = { ...ACCOUNT, model }
          const what = `${model} ${JSON.stringify(query)}`
          assert.deepEqual(keysOf(await store.find(table, query)), expected, what)
          assert.equal(await store.count(table, query), expected.length, what)
        }
      }
    }
  })

  check('PS-FIND-INVALID', 'refuses queries, sorts and pages outside the subset', async (bench) => {
    const store = await bench.openActive(models('a'))
    // With and without rows: a store must not notice only when it looks at one.
    for (const rows of [[], [put({ id: 'x', a: 'x' })]]) {
      await apply(store, FIRST, rows)
      for (const query of INVALID as readonly Query[]) {
        const what = JSON.stringify(query)
        await rejectsWith('MICRO_INVALID', () => store.find(ACCOUNT, query), what)
        await rejectsWith('MICRO_INVALID', () => store.count(ACCOUNT, query), what)
      }
      const pages = [
        { limit: -1 },
        { limit: 0.5 },
        { skip: -1 },
        { skip: NaN },
        { sort: { a: 0 } },
        { sort: { $a: 1 } },
      ]
      for (const page of pages as object[]) {
        await rejectsWith('MICRO_INVALID', () => store.find(ACCOUNT, {}, page), JSON.stringify(page))
      }
    }
  })

  check('PS-QUERY-DATA', 'reads no operators in values', async (bench) => {
    const store = await bench.openActive(models('login'))
    const rows: Row[] = [
      { id: '1', login: 'root', pin: 'secret', ___id: 'T000002R000003', ___s: true },
      { id: '2', login: { $ne: null }, pin: [{ $gt: '' }] },
      { id: '3', login: '$ne', pin: '{"$gt":""}' },
    ]
    await apply(
      store,
      FIRST,
      rows.map((row) => put(row)),
    )
    const smuggled: [Query, readonly string[]][] = [
      [{ login: { $eq: { $ne: null } } }, ['2']],
      [{ login: { $eq: { $gt: '' } } }, []],
      [{ login: { $in: [{ $ne: null }, { $regex: '.' }] } }, ['2']],
      [{ login: { $ne: { $ne: 'root' } } }, ['1', '2', '3']],
      [{ login: { $nin: [{ $exists: true }] } }, ['1', '2', '3']],
      [{ pin: { $elemMatch: { $eq: { $gt: '' } } } }, ['2']],
      [{ login: 'root', pin: { $eq: { $regex: '^s' } } }, []],
      [{ login: { nested: { $ne: null } } }, []],
      [{ login: [{ $ne: null }] }, []],
      [{ login: '$ne' }, ['3']],
      [{ login: 'root', pin: '{"$gt":""}' }, []],
      // What TaffyDB took for its own.
      [{ login: 'nobody', pin: 'x', ___id: 'T000002R000003', ___s: true }, []],
      [{ pin: { '!is': 'zzz' } }, []],
      [{ login: { like: '' } }, []],
      [{ login: { isnull: false } }, []],
      [{ ___id: 'T000002R000003' }, ['1']],
      [{ _id: '1' }, []],
      [{ rowid: 1 }, []],
      [{ "login' OR '1'='1": 'x' }, []],
      [{ login: "x' OR '1'='1" }, []],
    ]
    for (const [query, keys] of smuggled) {
      assert.deepEqual(keysOf(await store.find(ACCOUNT, query)), keys, JSON.stringify(query))
      assert.equal(await store.count(ACCOUNT, query), keys.length, JSON.stringify(query))
    }
  })

  async function decideCases(store: ProjectionStore): Promise<void> {
    let present: readonly string[] = []
    for (const { says, query, finds, leaves } of QUERY_CASES) {
      const found = finds.map((row, index) => ({ ...row, id: `finds ${index}` }))
      const rows: Row[] = [...found, ...leaves.map((row, index) => ({ ...row, id: `leaves ${index}` }))]
      const keys = rows.map((row) => row['id'] as string)
      const gone = present.filter((key) => !keys.includes(key))
      await apply(store, FIRST, [...gone.map((key) => remove(key)), ...rows.map((row) => put(row))])
      present = keys
      assert.deepEqual(await store.find(ACCOUNT, query), found, says)
      assert.equal(await store.count(ACCOUNT, query), found.length, says)
    }
  }
}
