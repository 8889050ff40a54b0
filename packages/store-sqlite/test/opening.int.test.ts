import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sqliteEventStore, sqliteStore } from '../src/index.ts'
import { loadSqlite } from '../src/load-sqlite.ts'
import { defer, eventsOf, host, newEvents, newFile, newFolder, openLog } from './bench.ts'

async function change(file: string, sql: string): Promise<void> {
  const { DatabaseSync } = await loadSqlite()
  const connection = new DatabaseSync(file, { timeout: 0 })
  connection.exec(sql)
  connection.close()
}

describe('opening', () => {
  it('does nothing before open, then makes the folders and the file', async () => {
    const file = join(newFolder(), 'some', 'folders', 'log.db')
    const sqlite = sqliteStore({ file })
    expect(existsSync(dirname(dirname(file)))).toBe(false)
    const store = await sqlite.events.open(host)
    defer(() => store.close())
    expect(existsSync(file)).toBe(true)
  })

  it('is durable: the log is written ahead and synced before a commit returns', async () => {
    const file = newFile()
    await openLog(file)
    const { DatabaseSync } = await loadSqlite()
    const connection = new DatabaseSync(file, { timeout: 0 })
    defer(() => connection.close())
    expect(connection.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
  })

  it('gives handles that are closed one by one', async () => {
    const sqlite = sqliteStore({ file: newFile() })
    const [store, models] = [await sqlite.events.open(host), await sqlite.projections.open(host)]
    await Promise.all([store.close(), store.close()])
    await expect(store.head()).rejects.toMatchObject({ code: 'MICRO_UNAVAILABLE' })
    expect(await models.checkpoint('bank@1')).toBeUndefined()
    await models.close()
    const again = await sqlite.events.open(host)
    expect(await again.head()).toBe(0)
    expect(again.id).toBe(store.id)
    await again.close()
  })

  it('answers the same append after a restart with the first result', async () => {
    const file = newFile()
    const [first, second] = [newEvents(3), newEvents(1)]
    const append = [
      { stream: 'a', expected: 'no-stream' as const, events: first },
      { stream: 'b', expected: 'no-stream' as const, events: second },
      { stream: 'c', expected: 'no-stream' as const },
    ]
    const store = await openLog(file)
    const result = await store.append(append)
    await store.append([{ stream: 'a', expected: 2, events: newEvents(1) }])
    await store.append([{ stream: 'c', expected: 'no-stream', events: newEvents(1) }])
    await store.close()
    for (let restart = 0; restart < 3; restart++) {
      const reopened = await openLog(file)
      expect(await reopened.append(append)).toEqual(result)
      await expect(reopened.append(append.slice(0, 1))).rejects.toMatchObject({ code: 'MICRO_DUPLICATE' })
      await reopened.close()
    }
    expect(await eventsOf((await openLog(file)).readAll())).toHaveLength(6)
  })

  it('refuses the database of another program', async () => {
    const file = newFile()
    await change(file, 'CREATE TABLE customers (name TEXT)')
    await expect(openLog(file)).rejects.toMatchObject({
      code: 'MICRO_NOT_SUPPORTED',
      message: expect.stringContaining('another program'),
    })
  })

  it('refuses a file of a newer format', async () => {
    const file = newFile()
    await (await openLog(file)).close()
    await change(file, 'PRAGMA user_version = 2')
    await expect(openLog(file)).rejects.toMatchObject({
      code: 'MICRO_NOT_SUPPORTED',
      message: expect.stringContaining('newer version'),
    })
  })

  it('refuses what is no database', async () => {
    const file = newFile()
    writeFileSync(file, 'not a database at all '.repeat(1000))
    await expect(openLog(file)).rejects.toMatchObject({ code: 'MICRO_STORE_CORRUPT' })
  })

  it('refuses a file with a damaged page, unless it is not to look', async () => {
    const file = newFile()
    const store = await openLog(file)
    await store.append([{ stream: 'a', expected: 'no-stream', events: newEvents(500) }])
    await store.close()
    const pages = readFileSync(file)
    pages.fill(0, pages.length - 4096)
    writeFileSync(file, pages)
    await expect(openLog(file)).rejects.toMatchObject({ code: 'MICRO_STORE_CORRUPT' })
    await expect(openLog(file, { integrityCheck: 'full' })).rejects.toMatchObject({ code: 'MICRO_STORE_CORRUPT' })
    const unchecked = await openLog(file, { integrityCheck: 'off' })
    await expect(eventsOf(unchecked.readAll())).rejects.toMatchObject({ code: 'MICRO_STORE_CORRUPT' })
  })

  it('refuses a path that is a folder', async () => {
    const folder = join(newFolder(), 'folder.db')
    mkdirSync(folder)
    await expect(openLog(folder)).rejects.toMatchObject({
      code: 'MICRO_UNAVAILABLE',
      message: expect.stringContaining('cannot be opened'),
    })
  })

  it('refuses a folder below a file', async () => {
    const file = join(newFolder(), 'file')
    writeFileSync(file, '')
    await expect(openLog(join(file, 'log.db'))).rejects.toMatchObject({
      code: 'MICRO_UNAVAILABLE',
      message: expect.stringContaining('folder'),
    })
  })

  it('opens after it was refused', async () => {
    const file = newFile()
    const holder = await openLog(file, { exclusive: true })
    const provider = sqliteEventStore({ file })
    await expect(provider.open(host)).rejects.toMatchObject({ code: 'MICRO_STORE_LOCKED' })
    await holder.close()
    const store = await provider.open(host)
    defer(() => store.close())
    expect(await store.head()).toBe(0)
  })
})
