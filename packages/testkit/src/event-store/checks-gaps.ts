import assert from 'node:assert/strict'
import type { EventStore, Position, StreamWrite } from '@micro/core'
import { begun } from '../conformance/begun.ts'
import { aWhile } from '../conformance/turns.ts'
import {
  type BenchLog,
  type EventStoreBench,
  eventsOf,
  type Follower,
  idsOf,
  type StalledAppend,
} from './event-store-bench.ts'
import type { RegisterChecks } from './register-checks.ts'

/** What a reader had seen when it stood at a position. */
interface Sight {
  readonly reader: string
  readonly position: Position
  readonly ids: readonly string[]
}

/** A writer that stands between the position of its events and their being seen, and others that go on. */
export const registerGapChecks: RegisterChecks = ({ check }) => {
  check('ES-ORDER', '[8] no reader passes a writer that stalls, and none skips it afterwards', async (bench) => {
    await withStalledWriter(bench, async (stalled) => void (await stalled.release()), true)
  })

  check('ES-ORDER', '[8] a writer that dies while it stalls holds nobody up', async (bench) => {
    await withStalledWriter(bench, (stalled) => stalled.abandon(), false)
  })
}

async function withStalledWriter(
  bench: EventStoreBench,
  end: (stalled: StalledAppend) => Promise<void>,
  isWritten: boolean,
): Promise<void> {
  const log = await bench.log()
  for (let round = 0; round < bench.scaled(10, 2); round++) {
    if (log.stallAppend === undefined) await assertOneTurn(bench, log)
    else await oneRound(bench, log, log.stallAppend, end, isWritten)
  }
}

async function oneRound(
  bench: EventStoreBench,
  log: BenchLog,
  stallAppend: NonNullable<BenchLog['stallAppend']>,
  end: (stalled: StalledAppend) => Promise<void>,
  isWritten: boolean,
): Promise<void> {
  const stores = [await log.open(), await log.open()] as const
  await stores[0].append([{ stream: 'before', expected: 'any', events: bench.events(2) }])
  const before = await eventsOf(stores[0].readAll())
  const followers = stores.map((store) => bench.follow(store))
  for (const follower of followers) await follower.until(() => follower.events.length >= before.length)

  const held = bench.events(2)
  const stalled = await stallAppend([{ stream: 'held', expected: 'any', events: held }])
  const later = bench.events(4)
  // A store may let them wait for the one that stalls, or go on.
  const appends = later.map((event, index) =>
    begun((stores[index % 2] as EventStore).append([{ stream: `later-${index}`, expected: 'any', events: [event] }])),
  )
  const last = bench.event()
  const reading = followers.map((follower) => begun(follower.untilEvent(last.id)))
  const sights: Sight[] = []
  for (let look = 0; look < 5; look++) {
    await aWhile()
    for (const store of stores) sights.push(...(await lookAt(store)))
    sights.push(...followers.map(sightOf))
  }

  await end(stalled)
  await Promise.all(appends)
  await stores[0].append([{ stream: 'last', expected: 'any', events: [last] }])
  const whole = await eventsOf(stores[1].readAll())
  const wanted = [...idsOf(before), ...(isWritten ? idsOf(held) : []), ...idsOf(later), last.id]
  assert.deepEqual([...idsOf(whole)].sort(), wanted.toSorted(), 'everything is there once, and nothing else')
  for (const { reader, position, ids } of sights) {
    const due = whole.filter((event) => event.position <= position)
    assert.deepEqual(ids, idsOf(due), `${reader} stood at ${position} and had not seen what came to lie before it`)
  }
  for (const seen of await Promise.all(reading)) assert.deepEqual(idsOf(seen), idsOf(whole))
}

async function lookAt(store: EventStore): Promise<readonly Sight[]> {
  const head = await store.head()
  const seen = await eventsOf(store.readAll())
  const upTo = seen.filter(({ position }) => position <= head)
  return [
    { reader: 'head', position: head, ids: idsOf(upTo) },
    { reader: 'readAll', position: seen.at(-1)?.position ?? 0, ids: idsOf(seen) },
  ]
}

function sightOf(follower: Follower): Sight {
  return { reader: 'subscribe', position: follower.batches.at(-1)?.position ?? 0, ids: idsOf(follower.events) }
}

/** Who gives no way to stall an append has none: the events are there before anybody else can have a turn. */
async function assertOneTurn(bench: EventStoreBench, log: BenchLog): Promise<void> {
  const [store, other] = [await log.open(), await log.open()]
  const write = (): StreamWrite => ({ stream: 'a', expected: 'any', events: bench.events(2) })
  const before = await eventsOf(other.readAll())
  const writes = [write(), write()]
  const appends = writes.map((one) => begun(store.append([one])))
  const head = begun(other.head())
  const seen = begun(eventsOf(other.readAll()))
  const ids = [...idsOf(before), ...writes.flatMap(({ events = [] }) => idsOf(events))]
  const told = 'an append that takes more than its own turn can stall: create must give stallAppend'
  assert.deepEqual(idsOf(await seen), ids, told)
  const results = await Promise.all(appends)
  assert.equal(await head, results.at(-1)?.position, told)
  assert.deepEqual(idsOf(await eventsOf(other.readAll())), ids)
}
