import { writeFileSync } from 'node:fs'
import { isMicroError, type MicroError } from '@micro/core'
import { scaled } from '@micro/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { sqliteEventStore } from '../src/index.ts'
import { defer, eventsOf, host, newEvent, newFile, openLog } from './bench.ts'
import { buildPackage, type Child, startChild } from './processes.ts'

beforeAll(buildPackage, 120_000)

describe('openers that share a file', () => {
  it(
    '[20] write one log without a gap, see each other, and lose nothing when one is killed',
    { timeout: 120_000 },
    async () => {
      const file = newFile()
      const steady = startChild({ role: 'write', file })
      await steady.line('open')
      const store = await openLog(file)
      const seen = new Map<string, number>()
      const subscription = follow(store.subscribe({ after: await store.head() }), seen)
      const killed: Child[] = []
      for (let round = 0; round < scaled(10, 3); round++) {
        const child = startChild({ role: 'write', file })
        await child.line('ack')
        await pause(100 + 200 * Math.random())
        await child.kill('SIGKILL')
        killed.push(child)
      }
      await steady.kill('SIGTERM')
      await pause(200)
      await store.close()
      await subscription

      const log = await openLog(file, { integrityCheck: 'full' })
      const events = await eventsOf(log.readAll())
      expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1))
      const next = new Map<string, number>()
      for (const { stream, revision } of events) {
        expect(revision).toBe(next.get(stream) ?? 0)
        next.set(stream, revision + 1)
      }
      const positions = new Map(events.map(({ id, position }) => [id, position]))
      const acks = [steady, ...killed].flatMap(({ lines }) => lines.filter(([kind]) => kind === 'ack'))
      expect(acks.length).toBeGreaterThan(100)
      expect(acks.filter(([, id, position]) => positions.get(id as string) !== position)).toEqual([])
      const delays = acks.flatMap(([, id, , at]) =>
        seen.has(id as string) ? [(seen.get(id as string) as number) - (at as number)] : [],
      )
      delays.sort((a, b) => a - b)
      expect(delays.length).toBeGreaterThan(100)
      expect(delays[delays.length >> 1]).toBeLessThan(100)
    },
  )

  it('see each other also within one process, through connections of their own', async () => {
    const file = newFile()
    const [reader, writer] = [await openLog(file), await openLog(file)]
    const waiting = first(reader.subscribe({ after: 0 }), (batch) => batch.events.length > 0)
    const event = newEvent()
    await writer.append([{ stream: 'a', expected: 'no-stream', events: [event] }])
    expect((await waiting)?.events[0]?.id).toBe(event.id)
  })
})

describe('a file that is taken exclusively', () => {
  it(
    '[20] refuses every other opener at once, names the holder, and is free when the holder was killed',
    { timeout: 30_000 },
    async () => {
      const file = newFile()
      const holder = startChild({ role: 'hold', file, exclusive: true, service: 'bank' })
      await holder.line('open')
      for (const exclusive of [true, false]) {
        const begun = performance.now()
        const error = await refusal(sqliteEventStore({ file, exclusive }).open(host))
        expect(performance.now() - begun).toBeLessThan(500)
        expect(error.code).toBe('MICRO_STORE_LOCKED')
        expect(error.details).toEqual({ holder: `process ${holder.pid} (bank)` })
      }
      await holder.kill('SIGKILL')
      const begun = performance.now()
      const store = await openLog(file, { exclusive: true })
      expect(performance.now() - begun).toBeLessThan(1000)
      await store.append([{ stream: 'a', expected: 'no-stream', events: [newEvent()] }])
    },
  )

  it('is not to be had while others have the file open', { timeout: 30_000 }, async () => {
    const file = newFile()
    const sharing = startChild({ role: 'hold', file })
    await sharing.line('open')
    // A note of somebody who was killed long ago misleads nobody.
    writeFileSync(`${file}-holder`, JSON.stringify({ pid: 2 ** 30, service: 'gone' }))
    const error = await refusal(sqliteEventStore({ file, exclusive: true }).open(host))
    expect(error).toMatchObject({ code: 'MICRO_STORE_LOCKED', details: undefined })
    await sharing.kill('SIGKILL')
    await openLog(file, { exclusive: true })
  })

  it('is refused within one process too, and free after the last handle was closed', async () => {
    const file = newFile()
    const provider = sqliteEventStore({ file, exclusive: true })
    const [one, two] = [await provider.open(host), await provider.open(host)]
    defer(() => Promise.all([one.close(), two.close()]))
    await one.close()
    const error = await refusal(sqliteEventStore({ file }).open(host))
    expect(error.details).toEqual({ holder: `process ${process.pid} (tests)` })
    await two.close()
    await openLog(file)
  })
})

async function follow(
  batches: ReturnType<Awaited<ReturnType<typeof openLog>>['subscribe']>,
  seen: Map<string, number>,
): Promise<void> {
  for await (const { events } of batches) for (const { id } of events) seen.set(id, Date.now())
}

async function first<T>(batches: AsyncIterable<T>, wanted: (batch: T) => boolean): Promise<T | undefined> {
  for await (const batch of batches) if (wanted(batch)) return batch
  return undefined
}

async function refusal(opening: Promise<unknown>): Promise<MicroError> {
  const error: unknown = await opening.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isMicroError(error)) throw new Error('it was not refused with a MicroError', { cause: error })
  return error
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
