import assert from 'node:assert/strict'
import type { Generation, Table } from '@micro/core'
import { ACCOUNT, apply, FIRST, MODELS, PROJECTION, put } from './projection-store-bench.ts'
import type { RegisterChecks } from './register-checks.ts'
import { rejectsWith } from './rejects-with.ts'

/** Names that a store which glues, folds or cuts them would mix up. */
const TABLES: readonly { readonly generation: Generation; readonly table: Table }[] = [
  ['shop.bank@1', 1, 'account'],
  ['shop.bank@1', 1, 'Account'],
  ['shop.bank@1', 1, 'accounts'],
  ['shop.bank@1', 1, 'account_owner'],
  ['shop.bank@1', 1, 'account owner'],
  ['shop.bank@1', 1, 'account-owner'],
  ['shop.bank@1', 11, 'account'],
  ['shop.bank@11', 1, 'account'],
  ['shop.bank@1.account', 1, 'owner'],
  ['shop.bank@1', 1, 'account.owner'],
  ['shop.Bank@1', 1, 'account'],
  ['shop_bank@1', 1, 'account'],
  ['shop.bank@2', 1, 'account'],
  ['other.bank@1', 1, 'account'],
].map(([projection, generation, model]) => ({
  generation: { projection: projection as string, generation: generation as number },
  table: { projection: projection as string, generation: generation as number, model: model as string },
}))

/** That nothing sees what is not its own. */
export const registerSeparationChecks: RegisterChecks = ({ check }) => {
  check('PS-SEPARATE', 'keeps projections, generations and models apart, however alike their names', async (bench) => {
    const store = await bench.open()
    for (const { generation, table } of TABLES)
      await store.prepare(generation, [{ model: table.model, key: 'id', indexes: ['owner'] }])
    for (const [index, { generation, table }] of TABLES.entries())
      await apply(store, generation, [
        put({ id: 'same', owner: 'same', index }, table.model),
        put({ id: `own ${index}` }, table.model),
      ])
    for (const [index, { table }] of TABLES.entries()) {
      const name = JSON.stringify(table)
      assert.deepEqual(
        await store.get(table, ['same', `own ${(index + 1) % TABLES.length}`]),
        [{ id: 'same', owner: 'same', index }, undefined],
        name,
      )
      assert.deepEqual(await store.find(table, { owner: 'same' }), [{ id: 'same', owner: 'same', index }], name)
      assert.equal(await store.count(table, {}), 2, name)
    }
    assert.equal((await store.checkpoint('shop.bank@1', { generation: 1 }))?.position, TABLES.filter(isFirst).length)
    assert.equal((await store.checkpoint('shop.bank@2', { generation: 1 }))?.position, 1)
  })

  check(['PS-SEPARATE', 'PS-DROP-ROWS'], 'drops one generation and activates one projection only', async (bench) => {
    const store = await bench.openActive()
    const other = { projection: 'shop.bank@11', generation: 1 }
    const eleventh = { projection: PROJECTION, generation: 11 }
    for (const generation of [other, eleventh]) {
      await store.prepare(generation, MODELS)
      await apply(store, generation, [put({ id: 'a', generation: generation.generation })])
    }
    assert.equal(await store.checkpoint(other.projection), undefined)
    await apply(store, FIRST, [put({ id: 'a', generation: 0 })])
    await store.activate(other)
    await store.drop(eleventh)
    assert.deepEqual(await store.find(ACCOUNT, {}), [{ id: 'a', generation: 0 }])
    assert.deepEqual(await store.find({ ...ACCOUNT, projection: other.projection }, {}), [{ id: 'a', generation: 1 }])
  })

  check('PS-SEPARATE', 'knows nothing of another store', async (bench) => {
    const store = await bench.openActive()
    await apply(store, FIRST, [put({ id: 'a' })])
    const elsewhere = await bench.elsewhere().open()
    assert.equal(await elsewhere.checkpoint(PROJECTION), undefined)
    await rejectsWith('MICRO_NOT_FOUND', () =>
      elsewhere.commit(FIRST, { previous: undefined, next: { position: 1, eventId: 'x' }, changes: [] }),
    )
    await elsewhere.prepare(FIRST, MODELS)
    await elsewhere.activate(FIRST)
    assert.deepEqual(await elsewhere.find(ACCOUNT, {}), [])
    await apply(elsewhere, FIRST, [put({ id: 'b' })], 5)
    assert.deepEqual(await store.find(ACCOUNT, {}), [{ id: 'a' }])
    assert.equal((await store.checkpoint(PROJECTION))?.position, 1)
  })
}

function isFirst({ generation }: { readonly generation: Generation }): boolean {
  return generation.projection === 'shop.bank@1' && generation.generation === 1
}
