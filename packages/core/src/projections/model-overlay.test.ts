import { describe, expect, it } from 'vitest'
import { memoryProjectionStore } from '../memory/memory-projection-store.ts'
import type { RecordedEvent } from '../ports/event-store.ts'
import type { ModelTable, ProjectionStore, Row } from '../ports/projection-store.ts'
import type { Host } from '../ports/provider.ts'
import { ModelOverlay } from './model-overlay.ts'

const model: ModelTable = { model: 'account', key: 'id', indexes: [] }
const generation = { projection: 'bank@1', generation: 1 }
const event = { id: 'e', type: 'money deposited', position: 1 } as RecordedEvent
const add =
  (amount: number) =>
  (row: Row | undefined): Row => ({ id: 'alice', balance: ((row?.['balance'] as number | undefined) ?? 0) + amount })

async function overlayOn(rows: readonly Row[]): Promise<{ overlay: ModelOverlay; asked: string[][] }> {
  const store = await memoryProjectionStore().open({} as Host)
  await store.prepare(generation, [model])
  const changes = rows.map((row) => ({ kind: 'put' as const, model: 'account', key: row['id'] as string, row }))
  await store.commit(generation, { previous: undefined, next: { position: 1, eventId: 'e' }, changes })
  const asked: string[][] = []
  const get: ProjectionStore['get'] = async (table, keys) => {
    const turns = 10 * asked.push([...keys])
    const rows = await store.get(table, keys)
    // Each answer comes a good while after the one before.
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    return rows
  }
  return { overlay: new ModelOverlay({ ...store, get }, { ...generation, model: 'account' }, model, { event }), asked }
}

describe('ModelOverlay', () => {
  it('fetches each row once, and none that is replaced or removed first', async () => {
    const { overlay, asked } = await overlayOn([{ id: 'alice', balance: 1 }])
    overlay.put({ id: 'bob', balance: 5 })
    overlay.update('bob', (row) => ({ ...row, balance: 6 }))
    overlay.remove('carol')
    overlay.upsert('carol', () => ({ id: 'carol', balance: 7 }))
    overlay.upsert('alice', add(2))
    overlay.upsert('alice', add(4))
    await overlay.fold()
    expect(asked).toEqual([['alice']])
    expect(overlay.changes().map((change) => change.kind === 'put' && change.row)).toEqual([
      { id: 'bob', balance: 6 },
      { id: 'carol', balance: 7 },
      { id: 'alice', balance: 7 },
    ])
  })

  it('removes a row that it never fetched, and leaves alone what does not change', async () => {
    const { overlay } = await overlayOn([{ id: 'alice', balance: 1 }])
    overlay.remove('bob')
    overlay.update('alice', (row) => row)
    await overlay.fold()
    expect(overlay.changes()).toMatchObject([
      { kind: 'remove', key: 'bob' },
      { kind: 'put', key: 'alice' },
    ])
  })

  it('loses no change when a reducer reads a row twice at once', async () => {
    const { overlay } = await overlayOn([{ id: 'alice', balance: 1 }])
    overlay.update('alice', add(2))
    const [first, second] = await Promise.all([overlay.get('alice'), overlay.get('alice')])
    expect([first, second]).toEqual([
      { id: 'alice', balance: 3 },
      { id: 'alice', balance: 3 },
    ])
    expect(overlay.changes()).toMatchObject([{ row: { balance: 3 } }])
  })

  it('folds what is recorded while rows are fetched with its own rows', async () => {
    const { overlay } = await overlayOn([
      { id: 'alice', balance: 1 },
      { id: 'bob', balance: 1 },
    ])
    const read = overlay.get('alice')
    overlay.update('bob', (row) => ({ ...row, balance: 9 }))
    expect(await read).toEqual({ id: 'alice', balance: 1 })
    await overlay.fold()
    expect(overlay.changes()).toMatchObject([{ row: { id: 'bob', balance: 9 } }])
  })

  it('takes nothing more once a change could not be made, though the reducer caught the error', async () => {
    const { overlay } = await overlayOn([])
    overlay.update('nobody', (row) => row)
    await expect(overlay.get('alice')).rejects.toThrow('update: there is no account "nobody"')
    overlay.put({ id: 'alice', balance: 1 })
    await expect(overlay.fold()).rejects.toThrow('update: there is no account "nobody"')
  })
})
