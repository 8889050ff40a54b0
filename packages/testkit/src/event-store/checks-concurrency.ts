import assert from 'node:assert/strict'
import { type EventStore, isMicroError, type NewEvent, type RecordedEvent } from '@micro/core'
import { begun } from '../conformance/begun.ts'
import { turn } from '../conformance/turns.ts'
import { eventsOf, idsOf } from './event-store-bench.ts'
import type { RegisterChecks } from './register-checks.ts'

const WORKERS = 8

/** Several writers at once, and readers that look on. */
export const registerConcurrencyChecks: RegisterChecks = ({ check }) => {
  check(
    ['ES-NO-LOST-UPDATE', 'ES-REVISIONS'],
    '[6] writers at one exact revision never overwrite each other',
    async (bench) => {
      const log = await bench.log()
      const stores = [await log.open(), await log.open()] as const
      const appends = bench.scaled(500)
      const written: string[] = []
      const work = async (worker: number): Promise<void> => {
        const store = stores[worker % 2 === 0 ? 0 : 1]
        for (let round = 0; round < appends; round++) {
          const event = bench.event()
          const last = (await eventsOf(store.readStream('hot', { direction: 'backwards', maxCount: 1 })))[0]
          const expected = last === undefined ? 'no-stream' : last.revision
          const { revisions } =
            (await unlessConflict(store.append([{ stream: 'hot', expected, events: [event] }]))) ?? {}
          if (revisions === undefined) continue
          assert.deepEqual(revisions, [(last?.revision ?? -1) + 1], 'written where it was expected')
          written.push(event.id)
        }
      }
      await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)))
      const stored = await eventsOf(stores[0].readStream('hot'))
      assert.equal(stored.length, written.length, 'as many events as successful appends')
      assert.deepEqual([...idsOf(stored)].sort(), [...written].sort())
      assert.deepEqual(
        stored.map(({ revision }) => revision),
        [...stored.keys()],
      )
    },
  )

  check('ES-NO-LOST-UPDATE', 'of two appends of one new stream one succeeds', async (bench) => {
    const log = await bench.log()
    const stores = [await log.open(), await log.open()] as const
    for (let round = 0; round < bench.scaled(200); round++) {
      const attempt = (store: EventStore, event: NewEvent): Promise<unknown> =>
        unlessConflict(store.append([{ stream: `login-${round}`, expected: 'no-stream', events: [event] }]))
      const outcomes = await Promise.all(stores.map((store) => attempt(store, bench.event())))
      assert.equal(outcomes.filter((result) => result !== undefined).length, 1)
      assert.equal((await eventsOf(stores[0].readStream(`login-${round}`))).length, 1)
    }
  })

  check(['ES-ORDER', 'ES-POSITIONS'], '[7] all readers see the same order while many write', async (bench) => {
    const log = await bench.log()
    const stores = [await log.open(), await log.open()] as const
    const appends = bench.scaled(1000, 10)
    const total = WORKERS * appends
    let writing = true
    const write = async (worker: number): Promise<void> => {
      for (let round = 0; round < appends; round++) {
        const stream = `stream-${bench.random.integer(0, 49)}`
        await stores[worker % 2 === 0 ? 0 : 1].append([{ stream, expected: 'any', events: bench.events(1) }])
      }
    }
    const tail = async (store: EventStore): Promise<readonly RecordedEvent[]> => {
      const follower = bench.follow(store)
      let count = 0
      return await follower.until(({ events }) => (count += events.length) >= total)
    }
    const poll = async (store: EventStore): Promise<readonly RecordedEvent[]> => {
      const seen: RecordedEvent[] = []
      for (let last = false; !last;) {
        await turn()
        last = !writing
        seen.push(...(await eventsOf(store.readAll({ after: seen.at(-1)?.position ?? 0 }))))
      }
      return seen
    }
    const readers = [...stores, ...stores].map(tail).concat(stores.map(poll)).map(begun)
    await Promise.all(Array.from({ length: WORKERS }, (_, worker) => write(worker)))
    writing = false
    const whole = await eventsOf(stores[0].readAll())
    assert.equal(whole.length, total)
    assertStrictlyIncreasing(whole)
    for (const seen of await Promise.all(readers)) assert.deepEqual(idsOf(seen), idsOf(whole))
  })

  check(['ES-ORDER', 'ES-APPEND-ATOMIC'], 'no reader sees a part of an append', async (bench) => {
    const log = await bench.log()
    const [writer, reader] = [await log.open(), await log.open()]
    const size = 5
    let writing = true
    const write = async (): Promise<void> => {
      for (let round = 0; round < bench.scaled(500); round++)
        await writer.append([{ stream: 'a', expected: 'any', events: bench.events(size) }])
      writing = false
    }
    const read = async (): Promise<void> => {
      for (let last = false; !last;) {
        await turn()
        last = !writing
        const stream = await eventsOf(reader.readStream('a'))
        assert.equal(stream.length % size, 0, 'readStream shows a part of an append')
        const all = await eventsOf(reader.readAll({ direction: 'backwards', maxCount: 2 * size }))
        assert.equal(all.length % size, 0, 'readAll shows a part of an append')
      }
    }
    await Promise.all([write(), read()])
  })
}

async function unlessConflict<Result>(append: Promise<Result>): Promise<Result | undefined> {
  try {
    return await append
  } catch (error) {
    if (isMicroError(error, 'MICRO_CONFLICT')) return undefined
    throw error
  }
}

function assertStrictlyIncreasing(events: readonly RecordedEvent[]): void {
  const next = new Map<string, number>()
  let before = 0
  for (const { position, stream, revision } of events) {
    assert.ok(position > before, `position ${position} after ${before}`)
    assert.equal(revision, next.get(stream) ?? 0, `revision of ${stream}`)
    next.set(stream, revision + 1)
    before = position
  }
}
