import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sqliteStore } from '../src/index.ts'
import { defer, eventsOf, host, newEvent, newEvents, newFile, newFolder, openLog } from './bench.ts'

describe('backup', () => {
  it('copies a consistent log while others write, and the copy is another log', { timeout: 60_000 }, async () => {
    const file = newFile()
    const sqlite = sqliteStore({ file })
    const store = await sqlite.events.open(host)
    const models = await sqlite.projections.open(host)
    defer(() => Promise.all([store.close(), models.close()]))
    const generation = { projection: 'bank@1', generation: 1 }
    await models.prepare(generation, [{ model: 'account', key: 'id', indexes: [] }])
    await models.activate(generation)
    await Promise.all(
      Array.from({ length: 500 }, () =>
        store.append([{ stream: 'a', expected: 'any', events: newEvents(4, { text: 'x'.repeat(500) }) }]),
      ),
    )
    const before = await store.head()
    const other = await openLog(file)
    let isWriting = true
    const writing = [store, other].map(async (handle) => {
      while (isWriting) await handle.append([{ stream: 'b', expected: 'any', events: newEvents(2) }])
    })
    const target = join(newFolder(), 'deep', 'copy.db')
    await sqlite.backup(target)
    isWriting = false
    await Promise.all(writing)

    const copy = sqliteStore({ file: target, integrityCheck: 'full' })
    const restored = await copy.events.open(host)
    defer(() => restored.close())
    const events = await eventsOf(restored.readAll())
    expect(events.length).toBeGreaterThanOrEqual(before)
    expect(events).toEqual((await eventsOf(store.readAll())).slice(0, events.length))
    expect(events.length % 2).toBe(0)
    expect(restored.id).not.toBe(store.id)
    await restored.append([{ stream: 'c', expected: 'no-stream', events: [newEvent()] }])
    const restoredModels = await copy.projections.open(host)
    defer(() => restoredModels.close())
    expect(await restoredModels.checkpoint('bank@1')).toEqual({ generation: 1, position: 0, eventId: '' })
    expect(await store.head()).toBeGreaterThan(before)
  })

  it('gives each copy an id of its own and leaves nothing unfinished', async () => {
    const file = newFile()
    const sqlite = sqliteStore({ file })
    await openLog(file)
    const folder = newFolder()
    await sqlite.backup(join(folder, 'one.db'))
    await sqlite.backup(join(folder, 'one.db'))
    await sqlite.backup(join(folder, 'two.db'))
    expect(readdirSync(folder).sort()).toEqual(['one.db', 'two.db'])
    const [one, two] = [await openLog(join(folder, 'one.db')), await openLog(join(folder, 'two.db'))]
    expect(one.id).not.toBe(two.id)
  })

  it('refuses a file that is not there, and itself as its target', async () => {
    const file = newFile()
    const sqlite = sqliteStore({ file })
    const target = join(dirname(file), 'copy.db')
    await expect(sqlite.backup(target)).rejects.toMatchObject({ code: 'MICRO_UNAVAILABLE' })
    await expect(sqlite.backup(file)).rejects.toThrow(TypeError)
    expect([existsSync(file), existsSync(target)]).toEqual([false, false])
  })
})
