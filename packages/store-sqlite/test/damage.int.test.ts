import {
  appendFileSync,
  closeSync,
  copyFileSync,
  fstatSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { inspect, isDeepStrictEqual } from 'node:util'
import { type EventStore, isMicroError, type RecordedEvent } from '@micro/core'
import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { sqliteEventStore } from '../src/index.ts'
import { loadSqlite } from '../src/load-sqlite.ts'
import { eventsOf, host, newEvent, newEvents, newFile, newFolderInMemory, openLog, runtime } from './bench.ts'

/** Printed: what it gives can be looked at again. */
function newSeed(proof: string): number {
  const seed = Math.floor(Math.random() * 2 ** 31)
  console.log(`${proof}: seed ${seed}`)
  return seed
}

const FLIPPED_LOG = { events: 16_000, bytes: 10_000_000 }

describe('a file with one flipped bit', () => {
  it(
    '[16] is refused, names the row, or reads as before: 0 silently wrong in a log of 10 MB',
    { timeout: 600_000 },
    async () => {
      const file = newFile()
      const store = await openLog(file)
      await fill(store, scaled(FLIPPED_LOG.events, 1000))
      const expected = await readEverything(store)
      await store.close()
      const content = readFileSync(file)
      expect(content.length).toBeGreaterThan(scaled(FLIPPED_LOG.bytes, 100_000))
      const seed = newSeed('[16]')
      const random = randomFrom(seed)
      const outcomes: Outcome[] = []
      const folder = newFolderInMemory()
      for (let flip = 0; flip < scaled(1000, 60); flip++) {
        const offset = Math.floor(random() * content.length)
        const bit = Math.floor(random() * 8)
        const damaged = join(folder, 'log.db')
        writeFileSync(damaged, content)
        flipBit(damaged, offset, content[offset] as number, bit)
        const place = `seed ${seed}, byte ${offset}, bit ${bit}`
        outcomes.push({ ...(await outcomeOf(damaged, expected)), place })
        for (const ending of ['', '-wal', '-shm', '-lock']) rmSync(damaged + ending, { force: true })
      }
      expect(outcomes.filter(({ kind }) => kind !== 'refused' && kind !== 'same')).toEqual([])
      expect(outcomes.filter(({ kind }) => kind === 'refused').length).toBeGreaterThan(outcomes.length / 2)
    },
  )

  it('names the event whose row is not what was written', async () => {
    const file = newFile()
    const store = await openLog(file)
    for (let n = 1; n <= 3; n++)
      await store.append([{ stream: 'a', expected: 'any', events: [newEvent({ text: `needle ${n}` })] }])
    await store.close()
    const content = readFileSync(file)
    const offset = content.indexOf('needle 2')
    flipBit(file, offset, content[offset] as number, 0)
    const damaged = await openLog(file)
    await expect(eventsOf(damaged.readAll())).rejects.toMatchObject({
      code: 'MICRO_STORE_CORRUPT',
      details: { place: expect.stringContaining('position 2') },
    })
    expect(await eventsOf(damaged.readStream('a', { maxCount: 1 }))).toHaveLength(1)
  })
})

describe('damage that no checksum of a row shows', () => {
  async function damagedBy(sql: string): Promise<EventStore> {
    const file = newFile()
    const store = await openLog(file)
    for (const stream of ['a', 'b', 'a']) await store.append([{ stream, expected: 'any', events: newEvents(2) }])
    await store.close()
    const { DatabaseSync } = await loadSqlite()
    const connection = new DatabaseSync(file, { timeout: 0 })
    connection.exec(sql)
    connection.close()
    return await openLog(file, { integrityCheck: 'full' })
  }

  it('is seen as a gap in the positions', async () => {
    const store = await damagedBy('DELETE FROM events WHERE position IN (3, 4)')
    for (const direction of ['forwards', 'backwards'] as const)
      await expect(eventsOf(store.readAll({ direction }))).rejects.toMatchObject({ code: 'MICRO_STORE_CORRUPT' })
  })

  it('is seen as a part of an append that is missing at the end', async () => {
    const store = await damagedBy('DELETE FROM events WHERE position = 6')
    for (const direction of ['forwards', 'backwards'] as const)
      await expect(
        eventsOf(store.readAll({ direction, after: direction === 'forwards' ? 4 : 6 })),
      ).rejects.toMatchObject({
        code: 'MICRO_STORE_CORRUPT',
      })
  })

  it.each(['forwards', 'backwards'] as const)('is seen as a gap in the revisions, %s', async (direction) => {
    const store = await damagedBy('DELETE FROM events WHERE position = 2')
    await expect(eventsOf(store.readStream('a', { direction }))).rejects.toMatchObject({ code: 'MICRO_STORE_CORRUPT' })
  })

  it('is seen where the last event of a stream should be', async () => {
    const store = await damagedBy('UPDATE events SET stream = 99 WHERE position = 6')
    for (const direction of ['forwards', 'backwards'] as const)
      await expect(eventsOf(store.readStream('b', { direction }))).rejects.toMatchObject({
        code: 'MICRO_STORE_CORRUPT',
      })
    await expect(store.append([{ stream: 'b', expected: 1, events: newEvents(1) }])).rejects.toMatchObject({
      code: 'MICRO_STORE_CORRUPT',
    })
  })

  it.each(['+', '-'])('is seen where the name of a stream should be: hash %s 1', async (sign) => {
    const store = await damagedBy(`UPDATE streams SET hash = hash ${sign} 1 WHERE name = 'a'`)
    await expect(eventsOf(store.readStream('a'))).rejects.toMatchObject({ code: 'MICRO_STORE_CORRUPT' })
    await expect(store.append([{ stream: 'a', expected: 'no-stream', events: newEvents(1) }])).rejects.toMatchObject({
      code: 'MICRO_STORE_CORRUPT',
    })
    expect(await eventsOf(store.readStream('b'))).toHaveLength(2)
  })

  it('is seen in the identity of the log', async () => {
    await expect(damagedBy(`UPDATE facts SET value = replace(value, '-', '+')`)).rejects.toMatchObject({
      code: 'MICRO_STORE_CORRUPT',
    })
  })
})

describe('a write-ahead log that was torn', () => {
  const FRAME = 24 + 4096
  const TORN = 3 * FRAME

  it(
    '[15] anywhere in its last 3 frames, or with 1 to 4096 stray bytes: opens, loses only damaged commits',
    { timeout: 900_000 },
    async () => {
      const random = randomFrom(newSeed('[15]'))
      const bytes = (count: number): Buffer =>
        Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)))
      const file = newFile()
      const store = await openLog(file)
      const commits: { readonly end: number; readonly events: number }[] = []
      for (let commit = 1; commit <= 4; commit++) {
        await store.append([{ stream: 'a', expected: 'any', events: newEvents(3) }])
        commits.push({ end: fileSize(`${file}-wal`), events: 3 * commit })
      }
      const before = await eventsOf(store.readAll())
      const end = fileSize(`${file}-wal`)
      expect(commits[0]?.end).toBeLessThan(end)
      const folder = newFolderInMemory()
      const openTorn = async (place: number, tear: (wal: string) => void): Promise<void> => {
        const torn = join(folder, 'torn.db')
        copyFileSync(file, torn)
        copyFileSync(`${file}-wal`, `${torn}-wal`)
        tear(`${torn}-wal`)
        const opened = await sqliteEventStore({ file: torn, integrityCheck: 'full' }).open(host)
        const events = await eventsOf(opened.readAll())
        const whole = commits.findLast((commit) => commit.end <= place)?.events ?? 0
        expect({ place, events }).toEqual({ place, events: before.slice(0, whole) })
        await opened.append([{ stream: 'a', expected: whole === 0 ? 'any' : whole - 1, events: [newEvent()] }])
        await opened.close()
        for (const ending of ['', '-wal', '-shm', '-lock']) rmSync(torn + ending, { force: true })
      }
      const cuts = scaled(TORN, 40)
      for (let n = 0; n < cuts; n++) {
        const cut = end - 1 - Math.floor((n * TORN) / cuts)
        await openTorn(cut, (wal) => truncateSync(wal, cut))
      }
      const strays = scaled(200, 10)
      for (let n = 0; n < strays; n++) {
        const stray = bytes(1 + Math.floor((n * 4095) / (strays - 1)))
        await openTorn(end, (wal) => appendFileSync(wal, stray))
      }
      const damages = scaled(200, 10)
      for (let n = 0; n < damages; n++) {
        const place = end - 1 - Math.floor((n * (TORN - 1)) / damages)
        await openTorn(place, (wal) => overwrite(wal, place, bytes(63)))
      }
    },
  )
})

async function fill(store: EventStore, events: number): Promise<void> {
  const writes: Promise<unknown>[] = []
  for (let n = 0; n < events; n += 2) {
    const stream = `stream-${n % 50}`
    writes.push(
      store.append([{ stream, expected: 'any', events: newEvents(2, { n, text: 'some words '.repeat(n % 80) }) }]),
    )
  }
  await Promise.all(writes)
}

interface Everything {
  readonly id: string
  readonly head: number
  readonly forwards: readonly RecordedEvent[]
  readonly streams: Readonly<Record<string, readonly RecordedEvent[]>>
  readonly lasts: Readonly<Record<string, number | undefined>>
  readonly absent: number
}

/** What a reader can learn of a log in every way that there is. */
async function readEverything(store: EventStore): Promise<Everything> {
  const streams: Record<string, readonly RecordedEvent[]> = {}
  const lasts: Record<string, number | undefined> = {}
  for (let n = 0; n < 50; n += 2) {
    const stream = `stream-${n}`
    streams[stream] = await eventsOf(store.readStream(stream))
    lasts[stream] = (await eventsOf(store.readStream(stream, { direction: 'backwards', maxCount: 1 })))[0]?.revision
  }
  const absent = await eventsOf(store.readStream('no such stream'))
  return {
    id: store.id,
    head: await store.head(),
    forwards: await eventsOf(store.readAll()),
    streams,
    lasts,
    absent: absent.length,
  }
}

interface Outcome {
  readonly kind: 'refused' | 'same' | 'silently wrong' | 'failed in an odd way'
  readonly place?: string
  readonly told?: string
}

const REFUSALS: readonly string[] = ['MICRO_STORE_CORRUPT', 'MICRO_NOT_SUPPORTED']

async function outcomeOf(damaged: string, expected: Everything): Promise<Outcome> {
  try {
    return { kind: isDeepStrictEqual(await readDamaged(damaged), expected) ? 'same' : 'silently wrong' }
  } catch (error) {
    if (isMicroError(error) && REFUSALS.includes(error.code)) return { kind: 'refused' }
    return { kind: 'failed in an odd way', told: inspect(error) }
  }
}

async function readDamaged(file: string): Promise<Everything> {
  const store = await sqliteEventStore({ file }).open({ ...host, runtime })
  try {
    return await readEverything(store)
  } finally {
    await store.close()
  }
}

function flipBit(file: string, offset: number, byte: number, bit: number): void {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Uint8Array.of(byte ^ (1 << bit)), 0, 1, offset)
  closeSync(descriptor)
}

function overwrite(file: string, offset: number, rest: Buffer): void {
  const descriptor = openSync(file, 'r+')
  const byte = readFileSync(file)[offset] as number
  const noise = Buffer.concat([Uint8Array.of(byte ^ 0xff), rest])
  writeSync(descriptor, noise, 0, noise.length, offset)
  closeSync(descriptor)
}

function fileSize(file: string): number {
  const descriptor = openSync(file, 'r')
  try {
    return fstatSync(descriptor).size
  } finally {
    closeSync(descriptor)
  }
}

/** mulberry32: the same flips again for a seed that a failure told. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
