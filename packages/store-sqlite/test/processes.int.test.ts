import { writeFileSync } from 'node:fs'
import { isMicroError, type MicroError } from '@micro/core'
import { scaled } from '@micro/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { sqliteEventStore } from '../src/index.ts'
import { defer, eventsOf, host, newEvent, newFile, openLog } from './bench.ts'
import { buildPackage, type Child, type Line, startChild } from './processes.ts'

beforeAll(buildPackage, 120_000)

describe('openers that share a file', () => {
  it(
    '[20] write one log without a gap, see each other in 100 ms, and lose nothing when one is killed',
    { timeout: 120_000 },
    async () => {
      const file = newFile()
      const steady = startChild({ role: 'write', file, watch: true })
      await steady.line('open')
      const killed: Child[] = []
      for (let round = 0; round < scaled(10, 3); round++) {
        const child = startChild({ role: 'write', file, watch: true })
        await child.line('seen')
        await pause(200 + 200 * Math.random())
        await child.kill('SIGKILL')
        killed.push(child)
      }
      await steady.kill('SIGTERM')

      const log = await openLog(file, { integrityCheck: 'full' })
      const events = await eventsOf(log.readAll())
      expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1))
      const next = new Map<string, number>()
      for (const { stream, revision } of events) {
        expect(revision).toBe(next.get(stream) ?? 0)
        next.set(stream, revision + 1)
      }
      const positions = new Map(events.map(({ id, position }) => [id, position]))
      const acks = [steady, ...killed].flatMap(({ lines }) => acksOf(lines))
      expect(acks.length).toBeGreaterThan(100)
      expect(acks.filter(([, id, position]) => positions.get(id as string) !== position)).toEqual([])

      const delays = [
        { of: 'the steady one’s events at the others', delays: delaysOf([steady], killed) },
        { of: 'the others’ events at the steady one', delays: delaysOf(killed, [steady]) },
      ].map(({ of, delays }) => ({ of, count: delays.length, median: part(delays, 0.5), p99: part(delays, 0.99) }))
      console.log('[20]', delays)
      for (const { count, p99 } of delays) {
        expect(count).toBeGreaterThan(100)
        expect(p99).toBeLessThan(100)
      }
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
    '[20] refuses every other opener in 500 ms with the holder’s pid, and opens in 1 s when the holder was killed',
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

function acksOf(lines: readonly Line[]): readonly Line[] {
  return lines.filter(([kind]) => kind === 'ack')
}

/** From the acknowledgement of each event in one process to its sight in another, in ms, shortest first. */
function delaysOf(writers: readonly Child[], readers: readonly Child[]): readonly number[] {
  const acknowledged = new Map(writers.flatMap(({ lines }) => acksOf(lines)).map(([, id, , at]) => [id, Number(at)]))
  const seen = readers.flatMap(({ lines }) => lines.filter(([kind]) => kind === 'seen'))
  const delays = seen.flatMap(([, at, ...ids]) =>
    ids.flatMap((id) => {
      const acknowledgedAt = acknowledged.get(id)
      return acknowledgedAt === undefined ? [] : [Number(at) - acknowledgedAt]
    }),
  )
  return delays.toSorted((a, b) => a - b)
}

function part(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? NaN
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
