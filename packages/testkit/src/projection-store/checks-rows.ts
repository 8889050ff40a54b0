import assert from 'node:assert/strict'
import type { JsonObject, Row } from '@micro/core'
import { ACCOUNT, apply, FIRST, keysOf, put, remove, SECOND, MODELS } from './projection-store-bench.ts'
import { ODD_KEYS } from './odd-keys.ts'
import type { RegisterChecks } from './register-checks.ts'
import { rejectsWith } from './rejects-with.ts'

const ODD_ROW: JsonObject = {
  numbers: [0, 1, -1, 0.1, 1e308, 5e-324, -1.5e-10, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  texts: [
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\n\r\t',
    'é',
    'e\u0301',
    '\u{1f600}',
    '\uffff',
    "'; DROP TABLE account; --",
    '{"a":1}',
  ],
  others: [null, true, false, [], {}, [[]], [null], { a: null }],
  $ne: null,
  $set: { $inc: 1 },
  'a.b': 'dotted',
  '': 'empty',
  ' ': 'space',
  constructor: 'x',
  toString: 1,
  hasOwnProperty: false,
  _id: 'not ours',
  ___id: 'T000002R000003',
  rowid: 5,
  '1': 'numeric',
}

/** Rows as they come back: in the order of the keys, as they were put, and out of reach of those who read them. */
export const registerRowChecks: RegisterChecks = ({ check }) => {
  check('PS-GET-ORDER', 'answers in the order of the keys, with gaps and repetitions', async (bench) => {
    const store = await bench.openActive()
    await apply(
      store,
      FIRST,
      ['a', 'b', 'c', 'd'].map((id) => put({ id })),
    )
    const rows = await store.get(ACCOUNT, ['c', 'missing', 'a', 'c', '', 'b'])
    assert.deepEqual(
      rows.map((row) => row?.['id']),
      ['c', undefined, 'a', 'c', undefined, 'b'],
    )
    assert.equal(rows[1], undefined)
    assert.deepEqual(await store.get(ACCOUNT, []), [])
    const many = Array.from({ length: bench.scaled(5000) }, (_, index) => (index % 3 === 0 ? 'a' : `none ${index}`))
    assert.deepEqual(
      (await store.get(ACCOUNT, many)).map((row) => row?.['id']),
      many.map((key) => (key === 'a' ? 'a' : undefined)),
    )
  })

  check('PS-READ-MISSING', 'refuses to read what was never prepared, instead of answering nothing', async (bench) => {
    const store = await bench.open()
    const reads = (table: typeof ACCOUNT): (() => Promise<unknown>)[] => [
      () => store.get(table, ['a']),
      () => store.find(table, {}),
      () => store.count(table, {}),
    ]
    for (const read of reads(ACCOUNT)) await rejectsWith('MICRO_NOT_FOUND', read, 'no projection')
    await store.prepare(FIRST, MODELS)
    for (const read of reads(ACCOUNT)) await rejectsWith('MICRO_NOT_FOUND', read, 'none is active')
    await store.activate(FIRST)
    for (const read of reads(ACCOUNT)) await read()
    for (const read of reads({ ...ACCOUNT, model: 'other' }))
      await rejectsWith('MICRO_NOT_FOUND', read, 'no such model')
    for (const read of reads({ ...ACCOUNT, generation: 2 }))
      await rejectsWith('MICRO_NOT_FOUND', read, 'no such generation')
    await store.prepare(SECOND, MODELS)
    await store.drop(SECOND)
    for (const read of reads({ ...ACCOUNT, generation: 2 })) await rejectsWith('MICRO_NOT_FOUND', read, 'dropped')
  })

  check('PS-ROWS-OUT', 'gives out rows that nobody can change the store with', async (bench) => {
    const store = await bench.openActive()
    const row = { id: 'a', owner: 'ann', nested: { list: [{ n: 1 }] } }
    await apply(store, FIRST, [put(structuredClone(row))])
    const reads: (() => Promise<readonly (Row | undefined)[]>)[] = [
      () => store.get(ACCOUNT, ['a']),
      () => store.find(ACCOUNT, {}),
      () => store.find(ACCOUNT, { owner: 'ann' }),
      () => store.find(ACCOUNT, { id: 'a' }, { sort: { owner: 1 }, limit: 1 }),
    ]
    for (const read of reads) {
      const [given] = await read()
      change(given, (mine: typeof row) => (mine.owner = 'eve'))
      change(given, (mine: typeof row) => mine.nested.list.pop())
      change(given, (mine: typeof row) => mine.nested.list.push({ n: 2 }))
      change(given, (mine: typeof row) => delete (mine as { id?: string }).id)
      for (const again of reads) assert.deepEqual(await again(), [row])
    }
    const found = await store.find(ACCOUNT, {})
    change(found, (list: Row[]) => list.pop())
    assert.equal(await store.count(ACCOUNT, {}), 1)

    function change(value: unknown, how: (value: never) => unknown): void {
      try {
        how(value as never)
      } catch (error) {
        // It is frozen, which is as good.
        assert.ok(error instanceof TypeError, String(error))
      }
    }
  })

  check('PS-ROWS-JSON', 'gives rows back as they were put, whatever they hold', async (bench) => {
    const store = await bench.openActive()
    let deep: JsonObject = { end: true }
    for (let depth = 0; depth < 50; depth++) deep = { deep, list: [depth] }
    const rows: Row[] = [
      { id: 'a', ...ODD_ROW },
      { id: 'b', deep },
      { id: 'c', long: 'x€'.repeat(bench.scaled(100_000)) },
      {
        id: 'd',
        wide: Object.fromEntries(Array.from({ length: bench.scaled(2000) }, (_, index) => [`p${index}`, index])),
      },
    ]
    await apply(
      store,
      FIRST,
      rows.map((row) => put(row)),
    )
    for (const reader of [store, await bench.open()]) {
      assert.deepEqual(await reader.get(ACCOUNT, ['a', 'b', 'c', 'd']), rows)
      assert.deepEqual(await reader.find(ACCOUNT, {}), rows)
    }
    await apply(store, FIRST, [put({ id: 'a' })])
    assert.deepEqual(await store.get(ACCOUNT, ['a']), [{ id: 'a' }], 'a put replaces the whole row')
  })

  check(['PS-ROWS-KEYS', 'PS-FIND-ORDER'], 'takes any string as a key and mixes up no two', async (bench) => {
    const store = await bench.openActive()
    const rows = ODD_KEYS.map((id, n) => ({ id, n, owner: id }))
    await apply(
      store,
      FIRST,
      rows.map((row) => put(row)),
    )
    assert.equal(await store.count(ACCOUNT, {}), rows.length)
    assert.deepEqual(await store.get(ACCOUNT, ODD_KEYS), rows)
    assert.deepEqual(keysOf(await store.find(ACCOUNT, {})), ODD_KEYS.toSorted(byBytes), 'keys are in code point order')
    for (const row of rows) {
      const name = JSON.stringify(row.id).slice(0, 50)
      assert.deepEqual(await store.find(ACCOUNT, { id: row.id }), [row], `by key ${name}`)
      assert.deepEqual(await store.find(ACCOUNT, { owner: row.owner }), [row], `by index ${name}`)
    }
    const missing = ['constructor ', 'hasOwnProperty', 'prototype', 'A1', 'length']
    assert.deepEqual(
      await store.get(ACCOUNT, missing),
      missing.map(() => undefined),
    )
    await apply(
      store,
      FIRST,
      ODD_KEYS.slice(1).map((key) => remove(key)),
    )
    assert.deepEqual(keysOf(await store.find(ACCOUNT, {})), ODD_KEYS.slice(0, 1))
  })
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
