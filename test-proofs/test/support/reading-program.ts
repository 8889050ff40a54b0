// Reads a long log, or follows a log that grows faster than it reads, and tells what memory that took.
import { setTimeout as delay } from 'node:timers/promises'
import { type EventStore, memoryEventStore, systemRuntime } from '@micro/core'
import { sqliteEventStore } from '@micro/store-sqlite'
import { openStore } from './read-log.ts'

export interface ReadingPlan {
  /** `undefined` is the memory store, which is filled by the process that reads it. */
  readonly file?: string | undefined
  readonly work: 'fill' | 'read' | 'lag'
  readonly events: number
  /** Characters in each event. */
  readonly size: number
  /** The least time that the slow consumer takes one event per millisecond. */
  readonly slowMs?: number
}

export interface ReadingReport {
  /** Delivered to the reader. */
  readonly events: number
  /** In the log and not yet delivered when the reader ended. */
  readonly waiting: number
  readonly largestBatch: number
  /** Bytes of resident memory above those before the reading began, at the worst moment. */
  readonly growth: number
}

const APPEND = 100
const plan = JSON.parse(process.argv[2] as string) as ReadingPlan
const store = await openStore(plan.file === undefined ? memoryEventStore() : sqliteEventStore({ file: plan.file }))
const works = { fill: fillOnly, read: readAll, lag: lagBehind }
process.send?.(await works[plan.work](plan.events))
await store.close()
process.disconnect()

async function fillOnly(events: number): Promise<Omit<ReadingReport, 'growth'>> {
  await fill(store, events)
  return { events, waiting: 0, largestBatch: 0 }
}

async function readAll(events: number): Promise<ReadingReport> {
  if (plan.file === undefined) await fill(store, events)
  const memory = watchMemory()
  let read = 0
  let largestBatch = 0
  for await (const batch of store.readAll()) {
    read += batch.length
    largestBatch = Math.max(largestBatch, batch.length)
    memory.look()
  }
  return { events: read, waiting: (await store.head()) - read, largestBatch, growth: memory.growth() }
}

/** One event per millisecond, for the time that is asked for and until the writer has written all. */
async function lagBehind(events: number): Promise<ReadingReport> {
  const memory = watchMemory()
  let isWritten = false
  const written = fill(store, events).then(() => (isWritten = true))
  const end = performance.now() + (plan.slowMs ?? 0)
  let read = 0
  let largestBatch = 0
  const isOver = (): boolean => isWritten && performance.now() >= end
  for await (const batch of store.subscribe()) {
    largestBatch = Math.max(largestBatch, batch.events.length)
    for (let index = 0; index < batch.events.length && !isOver(); index++, read++) {
      await delay(1)
      memory.look()
    }
    if (isOver()) break
  }
  await written
  return { events: read, waiting: (await store.head()) - read, largestBatch, growth: memory.growth() }
}

async function fill(into: EventStore, events: number): Promise<void> {
  const { newId } = systemRuntime()
  const text = 'x'.repeat(plan.size)
  for (let done = 0; done < events; done += APPEND) {
    const written = Array.from({ length: Math.min(APPEND, events - done) }, (_, index) => ({
      id: newId(),
      type: 'thing happened',
      data: Object.freeze({ text, number: done + index }),
      time: '2024-05-06T07:08:09.123Z',
      metadata: Object.freeze({}),
    }))
    await into.append([{ stream: `stream-${done % 1000}`, expected: 'any', events: written }])
    // Writing would else keep the whole turn: a reader of the memory store has timers.
    if (done % (10 * APPEND) === 0) await new Promise(setImmediate)
  }
}

function watchMemory(): { readonly look: () => void; readonly growth: () => number } {
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let peak = before
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  return { look, growth: () => peak - before }
}
