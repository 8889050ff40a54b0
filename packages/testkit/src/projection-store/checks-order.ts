import assert from 'node:assert/strict'
import { compileSort, type FindOptions, type JsonValue, type Row } from '@micro/core'
import { ACCOUNT, apply, FIRST, keysOf, put, remove } from './projection-store-bench.ts'
import { randomRow } from './random-rows.ts'
import type { RegisterChecks } from './register-checks.ts'

/** One value of each kind, in ascending order; missing and null are equal. */
const ASCENDING: readonly JsonValue[] = [
  null,
  -1e300,
  -1,
  0,
  0.5,
  9,
  10,
  '',
  '10',
  '9',
  'A',
  'a',
  'aa',
  'b',
  'é',
  '\uffff',
  '\u{10000}',
  {},
  { b: 1 },
  { b: 2 },
  [],
  [1],
  [1, 2],
  ['a'],
  false,
  true,
]

/** In which order rows are found, and which part of them. */
export const registerOrderChecks: RegisterChecks = ({ check }) => {
  check('PS-FIND-ORDER', 'orders by key when no sort is given, whatever was written first', async (bench) => {
    const store = await bench.openActive()
    const ids = ['b', 'a', 'd', 'c', 'B', '10', '9', 'é', '\uffff', '\u{10000}']
    for (const id of ids) await apply(store, FIRST, [put({ id, owner: 'ann' })])
    await apply(store, FIRST, [put({ id: 'a', owner: 'ann', changed: true }), remove('d')])
    await apply(store, FIRST, [put({ id: 'd', owner: 'ann' })])
    const expected = ['10', '9', 'B', 'a', 'b', 'c', 'd', 'é', '\uffff', '\u{10000}']
    for (const query of [{}, { owner: 'ann' }, { id: { $in: ids } }, { owner: { $ne: 'x' } }]) {
      assert.deepEqual(keysOf(await store.find(ACCOUNT, query)), expected)
      assert.deepEqual(keysOf(await store.find(ACCOUNT, query, { sort: {} })), expected)
      assert.deepEqual(keysOf(await store.find(ACCOUNT, query, { sort: { id: -1 } })), expected.toReversed())
    }
  })

  check('PS-FIND-ORDER', 'orders all JSON types, ties by key in both directions', async (bench) => {
    const store = await bench.openActive([{ model: 'account', key: 'id', indexes: ['indexed'] }])
    const rows: Row[] = ASCENDING.flatMap((value, place) => {
      const id = String.fromCodePoint(0x61 + ((place * 7) % ASCENDING.length))
      const fields = { place, deep: { value }, indexed: value, value }
      return [
        { id: `${id}2`, ...fields },
        { id: `${id}1`, ...fields },
      ]
    })
    const missing = { id: 'a0', place: 0 }
    await apply(
      store,
      FIRST,
      [...rows, missing].map((row) => put(row)),
    )
    for (const property of ['value', 'indexed', 'deep.value']) {
      const up = await store.find(ACCOUNT, {}, { sort: { [property]: 1 } })
      const down = await store.find(ACCOUNT, {}, { sort: { [property]: -1 } })
      for (const [found, direction] of [
        [up, 1],
        [down, -1],
      ] as const) {
        assert.equal(found.length, rows.length + 1)
        for (let index = 1; index < found.length; index++) {
          const [a, b] = [found[index - 1] as Row, found[index] as Row]
          const places = ((a['place'] as number) - (b['place'] as number)) * direction
          const isInOrder = places < 0 || (places === 0 && (a['id'] as string) < (b['id'] as string))
          assert.ok(isInOrder, `${property} ${direction}: ${JSON.stringify(a)} before ${JSON.stringify(b)}`)
        }
      }
    }
  })

  check('PS-FIND-ORDER', 'orders by several properties in turn', async (bench) => {
    const store = await bench.openActive()
    const rows = Array.from({ length: 27 }, (_, index) => ({
      id: `k${(index * 10) % 27}`,
      a: index % 3,
      b: Math.floor(index / 3) % 3,
    }))
    await apply(
      store,
      FIRST,
      rows.map((row) => put(row)),
    )
    const found = await store.find(ACCOUNT, {}, { sort: { b: -1, a: 1 } })
    const expected = rows.toSorted((x, y) => y.b - x.b || x.a - y.a || (x.id < y.id ? -1 : 1))
    assert.deepEqual(found, expected)
  })

  check(
    ['PS-FIND-PAGE', 'PS-FIND-ORDER'],
    'cuts random ordered rows into pages without gap or repetition',
    async (bench) => {
      const { random } = bench
      const store = await bench.openActive([{ model: 'account', key: 'id', indexes: ['a'] }])
      const rows: Row[] = Array.from({ length: 60 }, (_, index) => ({ ...randomRow(random), id: `k${index}` }))
      await apply(
        store,
        FIRST,
        rows.map((row) => put(row)),
      )
      for (let round = 0; round < bench.scaled(100); round++) {
        const sort: Record<string, 1 | -1> = {}
        for (let count = random.integer(0, 2); count > 0; count--)
          sort[random.pick(['a', 'b', 'c'])] = random.pick([1, -1])
        const query = random.pick([{}, { a: { $ne: null } }, { b: { $exists: true } }, { a: 1 }])
        const all = await store.find(ACCOUNT, query, { sort })
        inOrder(all, sort)
        assert.equal(all.length, await store.count(ACCOUNT, query))
        const limit = random.integer(1, 20)
        const pages: Row[] = []
        for (let skip = 0; skip < all.length; skip += limit)
          pages.push(...(await store.find(ACCOUNT, query, { sort, skip, limit })))
        assert.deepEqual(pages, all)
      }
    },
  )

  check('PS-FIND-PAGE', 'takes limits and skips of 0 and beyond the end', async (bench) => {
    const store = await bench.openActive()
    await apply(
      store,
      FIRST,
      ['a', 'b', 'c'].map((id) => put({ id, owner: 'ann' })),
    )
    const pages: [FindOptions, readonly string[]][] = [
      [{ limit: 0 }, []],
      [{ limit: 0, skip: 1 }, []],
      [{ skip: 0 }, ['a', 'b', 'c']],
      [{ skip: 2 }, ['c']],
      [{ skip: 3 }, []],
      [{ skip: 100, limit: 100 }, []],
      [{ limit: 100 }, ['a', 'b', 'c']],
      [{ skip: 1, limit: 1 }, ['b']],
      [{ limit: 2, sort: { id: -1 } }, ['c', 'b']],
      [{ limit: Number.MAX_SAFE_INTEGER, skip: 1 }, ['b', 'c']],
    ]
    for (const [options, expected] of pages)
      for (const query of [{}, { owner: 'ann' }])
        assert.deepEqual(keysOf(await store.find(ACCOUNT, query, options)), expected, JSON.stringify(options))
    assert.equal(await store.count(ACCOUNT, {}), 3)
  })
}

function inOrder(rows: readonly Row[], sort: Readonly<Record<string, 1 | -1>>): void {
  const order = compileSort(sort, 'id')
  for (let index = 1; index < rows.length; index++) {
    const [a, b] = [rows[index - 1] as Row, rows[index] as Row]
    assert.ok(order(a, b) < 0, `${JSON.stringify(sort)}: ${JSON.stringify(a)} before ${JSON.stringify(b)}`)
  }
}
