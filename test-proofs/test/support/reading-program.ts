// Reads a long log, or follows a log that grows faster than it reads, and tells what memory that took.
import { setTimeout as delay } from 'node:timers/promises'
import { type EventStore, memoryEventStore, systemRuntime } from '@micro/core'
import { sqliteEventStore } from '@micro/store-sqlite'
import { openStore } from '../../../test-e2e/test/support/open-store.ts'

export interface ReadingPlan {
  /** `undefined` is the memory store, which is filled by the process that reads it. */
  readonly file?: string | undefined
  readonly work: 'fill' | 'read' | 'lag'
  readonly events: number
  /** Characters in each event. */
  readonly size: number
  /** How long the slow consumer takes one event per millisecond when all is written. */
  readonly slowMs?: number
}

export interface ReadingReport {
  /** Delivered to the reader. */
  readonly events: number
  /** In the log and not yet delivered when the reader ended. */
  readonly waiting: number
  readonly largestBatch: number
  /** Bytes above those before the reading began, at the worst moment: resident ones, and reachable ones beside a writer. */
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

/** One event per millisecond while a writer writes, and for the time that is asked for after it. */
async function lagBehind(events: number): Promise<ReadingReport> {
  const memory = watchHeap()
  let end = Infinity
  const written = fill(store, events).then(() => (end = performance.now() + (plan.slowMs ?? 0)))
  let read = 0
  let largestBatch = 0
  const isOver = (): boolean => performance.now() >= end
  for await (const batch of store.subscribe()) {
    largestBatch = Math.max(largestBatch, batch.events.length)
    for (let index = 0; index < batch.events.length && !isOver(); index++, read++) {
      await delay(1)
      memory.look()
    }
    if (isOver()) break
  }
  const growth = memory.growth()
  await written
  return { events: read, waiting: (await store.head()) - read, largestBatch, growth }
}

async function fill(into: EventStore, events: number): Promise<void> {
  const runtime = systemRuntime()
  // The memory store holds all events whoever reads them: there they share one text, and only what reading adds counts.
  const shared = plan.file === undefined ? newText() : undefined
  for (let done = 0; done < events; done += APPEND) {
    const written = Array.from({ length: Math.min(APPEND, events - done) }, (_, index) => ({
      id: runtime.newId(),
      type: 'thing happened',
      data: Object.freeze({ text: shared ?? newText(), number: done + index }),
      time: '2024-05-06T07:08:09.123Z',
      metadata: Object.freeze({}),
    }))
    await into.append([{ stream: `stream-${done % 1000}`, expected: 'any', events: written }])
    // Writing would else keep the whole turn: a reader of the memory store has timers.
    if (done % (10 * APPEND) === 0) await new Promise(setImmediate)
  }
}

/** A text with memory of its own: a store may hand on what it was given, and what is shared does not show. */
function newText(): string {
  return Buffer.alloc(plan.size, 'x').toString('latin1')
}

function watchMemory(): { readonly look: () => void; readonly growth: () => number } {
  globalThis.gc?.()
  return watch(() => process.memoryUsage.rss())
}

/** What is reachable: a writer in the same process leaves much behind that is only not collected yet. */
function watchHeap(): { readonly look: () => void; readonly growth: () => number } {
  let looks = 0
  const measure = (): number => {
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const { look, growth } = watch(measure)
  const lookAt = (): void => {
    if (looks++ % 200 === 0) look()
  }
  const last = (): number => {
    look()
    return growth()
  }
  return { look: lookAt, growth: last }
}

function watch(measure: () => number): { readonly look: () => void; readonly growth: () => number } {
  const before = measure()
  let peak = before
  const look = (): void => {
    peak = Math.max(peak, measure())
  }
  return { look, growth: () => peak - before }
}
