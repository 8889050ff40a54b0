import assert from 'node:assert/strict'
import type { EventFilter, EventStore, Position, StreamWrite, SubscriptionBatch } from '@micro/core'
import { batchesOf, type EventStoreBench, eventsOf, idsOf } from './event-store-bench.ts'
import { ModelLog, type ModelPlace } from './model-log.ts'
import type { Change, Step } from './model-step.ts'

interface Following {
  readonly batches: AsyncIterator<SubscriptionBatch>
  readonly place: ModelPlace
  readonly filter: EventFilter | undefined
  readonly ids: string[]
  position: Position | undefined
}

/** Runs one program on a fresh log and on the model. Rejects with the first divergence and the steps that led to it. */
export async function runProgram(bench: EventStoreBench, program: readonly Step[]): Promise<void> {
  const log = await bench.log()
  const run = new ModelRun(bench, [await log.open(), await log.open()], new ModelLog(log.capabilities))
  const done: string[] = []
  try {
    for (const step of program) {
      done.push(JSON.stringify(step))
      const told = await run.step(step)
      if (told !== undefined) done.push(`  → ${told}`)
    }
    done.push('the whole log at the end')
    await run.end()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new assert.AssertionError({ message: `${done.join('\n')}\n${message}` })
  } finally {
    await run.close()
  }
}

class ModelRun {
  readonly #bench: EventStoreBench
  readonly #stores: readonly [EventStore, EventStore]
  readonly #model: ModelLog
  readonly #asked: (readonly StreamWrite[])[] = []
  /** Of each append that wrote something: the position of its last event. */
  readonly #positions: Position[] = []
  readonly #followings: Following[] = []

  constructor(bench: EventStoreBench, stores: readonly [EventStore, EventStore], model: ModelLog) {
    this.#bench = bench
    this.#stores = stores
    this.#model = model
  }

  async step(step: Step): Promise<string | undefined> {
    const store = this.#stores[step.handle]
    switch (step.kind) {
      case 'append':
        return this.#append(
          store,
          step.writes.map(({ events, ...write }) => ({
            ...write,
            events: events.map((type) => this.#bench.event({ type })),
          })),
        )
      case 'append again': {
        const old = at(this.#asked, step.which)
        if (old === undefined) return undefined
        const [first, ...rest] = this.#changed(old, step.change)
        if (first === undefined) return undefined
        return this.#append(store, [{ ...first, expected: step.expected ?? first.expected }, ...rest])
      }
      case 'read stream': {
        const read = await eventsOf(store.readStream(step.stream, step.options))
        const expected = this.#model.readStream(step.stream, step.options)
        assert.deepEqual(read.map(placeOf), expected.map(placeOf))
        return undefined
      }
      case 'read all': {
        const place = step.place && this.#known(step.place)
        const after = place && this.#positionOf(place)
        const batches = await batchesOf(store.readAll({ ...step.options, ...(after !== undefined && { after }) }))
        assertBatches(batches.map(idsOf), this.#model.readAll(place, step.options))
        return undefined
      }
      case 'subscribe': {
        const place = this.#known(step.place)
        const batches = store.subscribe({ after: this.#positionOf(place), filter: step.filter })[Symbol.asyncIterator]()
        this.#followings.push({ batches, place, filter: step.filter, ids: [], position: undefined })
        return undefined
      }
      case 'pull': {
        const following = at(this.#followings, step.which)
        if (following !== undefined) await this.#pull(following)
        return undefined
      }
      case 'head': {
        const head = await store.head()
        const last = this.#positions.at(-1) ?? 0
        assert.ok(last === 0 ? head === 0 : head >= last, `head is ${head}, the last event is at ${last}`)
        return undefined
      }
    }
  }

  async end(): Promise<void> {
    for (const following of this.#followings) await this.#pull(following)
    for (const store of this.#stores) {
      const all = await eventsOf(store.readAll())
      assert.deepEqual(all.map(placeOf), this.#model.events.map(placeOf))
      let next = 0
      const ends = this.#model.appends.map(({ events }) => all[(next += events.length) - 1]?.position)
      assert.deepEqual(ends, this.#positions, 'appends answered the positions of their last events')
      assert.ok(
        all.every(({ position }, index) => position > (all[index - 1]?.position ?? 0)),
        'positions increase',
      )
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()))
  }

  async #append(store: EventStore, writes: readonly StreamWrite[]): Promise<string> {
    this.#asked.push(writes)
    const before = this.#model.appends.length
    const expected = this.#model.append(writes)
    const { told, position } = await outcomeOf(store, writes)
    assert.ok(expected.includes(told), `answered ${told}, expected was ${expected.join(' or ')}`)
    if (this.#model.appends.length > before) this.#positions.push(position ?? 0)
    return told
  }

  #changed(writes: readonly StreamWrite[], change: Change): readonly StreamWrite[] {
    const events = (
      edit: (events: NonNullable<StreamWrite['events']>) => StreamWrite['events'],
    ): readonly StreamWrite[] =>
      writes.map((write, index) => (index === 0 ? { ...write, events: edit(write.events ?? []) } : write))
    switch (change) {
      case 'none':
        return writes
      case 'writes reversed':
        return writes.toReversed()
      case 'events reversed':
        return events((own) => own.toReversed())
      case 'first event gone':
        return events((own) => own.slice(1))
      case 'last event gone':
        return events((own) => own.slice(0, -1))
      case 'one event more':
        return events((own) => [...own, this.#bench.event()])
    }
  }

  /** Until it has passed the last append, and at least once: the first batch comes at once. */
  async #pull(following: Following): Promise<void> {
    const last = this.#positions.at(-1) ?? 0
    const batches: (readonly string[])[] = []
    while (following.position === undefined || following.position < last) {
      const { value, done } = await following.batches.next()
      assert.ok(done !== true, 'the subscription ended by itself')
      assert.ok(value.position >= (following.position ?? 0), 'its positions go forward')
      following.position = value.position
      batches.push(idsOf(value.events))
    }
    const { place, filter, ids } = following
    const expected = this.#model.readAll(place, { filter })
    assert.deepEqual(ids, expected.flat().slice(0, ids.length))
    assertBatches(batches, withoutFirst(expected, ids.length))
    ids.push(...batches.flat())
  }

  #known({ append, beforeLast }: ModelPlace): ModelPlace {
    const known = append % (this.#positions.length + 1)
    return { append: known, beforeLast: beforeLast && known > 0 }
  }

  #positionOf({ append, beforeLast }: ModelPlace): Position {
    const position = append === 0 ? 0 : (this.#positions[append - 1] as number)
    return beforeLast ? position - 1 : position
  }
}

function at<Item>(items: readonly Item[], which: number): Item | undefined {
  return items[which % items.length]
}

function placeOf({
  id,
  stream,
  revision,
}: {
  readonly id: string
  readonly stream: string
  readonly revision: number
}): string {
  return `${stream}@${revision} ${id}`
}

async function outcomeOf(
  store: EventStore,
  writes: readonly StreamWrite[],
): Promise<{ readonly told: string; readonly position?: Position }> {
  try {
    const { revisions, position } = await store.append(writes)
    return { told: `revisions ${revisions.join()}`, position }
  } catch (error) {
    return { told: (error as { code?: string }).code ?? String(error) }
  }
}

function withoutFirst(appends: readonly (readonly string[])[], count: number): readonly (readonly string[])[] {
  let passed = 0
  return appends.filter(({ length }) => (passed += length) > count)
}

/** The batches hold these appends, in this order, and none of them is split. */
function assertBatches(batches: readonly (readonly string[])[], appends: readonly (readonly string[])[]): void {
  assert.deepEqual(batches.flat(), appends.flat())
  const ends = new Set([0])
  let end = 0
  for (const { length } of appends) ends.add((end += length))
  end = 0
  for (const { length } of batches) assert.ok(ends.has((end += length)), 'a batch splits an append')
}
