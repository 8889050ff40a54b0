import assert from 'node:assert/strict'
import type { EventStore, ExpectedRevision, NewEvent, StreamWrite } from '@micro/core'
import { type EventStoreBench, eventsOf, idsOf } from './event-store-bench.ts'
import { ModelLog } from './model-log.ts'
import type { RegisterChecks } from './register-checks.ts'

const STREAMS = ['a', 'b', 'c']

/** Random programs against a model that is too simple to be wrong. */
export const registerModelChecks: RegisterChecks = ({ check }) => {
  check(
    ['ES-EXPECTED', 'ES-REPEAT', 'ES-DUPLICATE', 'ES-READ-ALL'],
    'random programs do as the model does',
    async (bench) => {
      for (let run = 0; run < bench.scaled(300); run++) {
        const log = await bench.log()
        // Without unique ids a stored id may or may not be refused, and without multiStream there are no guards beside events.
        if (!log.capabilities.uniqueEventIds || !log.capabilities.multiStream) return
        const store = await log.open()
        const model = new ModelLog()
        const begun: (readonly StreamWrite[])[] = []
        const program: string[] = []
        for (let step = bench.random.integer(5, 50); step > 0; step--) {
          const writes = nextWrites(bench, begun)
          begun.push(writes)
          const told = await outcomeOf(store, writes)
          const expected = model.append(writes)
          program.push(
            `${JSON.stringify(writes.map(({ stream, expected: e, events = [] }) => [stream, e, events.length]))} → ${told}`,
          )
          assert.equal(told, expected, `run ${run}:\n${program.join('\n')}`)
        }
        await assertSameLog(store, model)
        await store.close()
      }
    },
  )
}

/** A new append, or one from before: as it was, or a little changed. */
function nextWrites(bench: EventStoreBench, begun: readonly (readonly StreamWrite[])[]): readonly StreamWrite[] {
  const { random } = bench
  if (begun.length > 0 && random.next() < 0.3) {
    const old = random.pick(begun)
    return random.next() < 0.6 ? old : changed(bench, old)
  }
  const streams = STREAMS.filter(() => random.next() < 0.5)
  return (streams.length === 0 ? ['a'] : streams).map((stream) => ({
    stream,
    expected: anyExpectation(bench),
    events: bench.events(random.integer(0, 3)),
  }))
}

function changed(bench: EventStoreBench, writes: readonly StreamWrite[]): readonly StreamWrite[] {
  const { random } = bench
  return random.pick<() => readonly StreamWrite[]>([
    () => writes.toReversed(),
    () => writes.map((write) => ({ ...write, events: write.events?.toReversed() })),
    () => writes.map((write) => ({ ...write, events: write.events?.slice(1) })),
    () => writes.map((write, index) => (index === 0 ? { ...write, expected: anyExpectation(bench) } : write)),
    () =>
      writes.map((write, index) =>
        index === 0 ? { ...write, events: [...(write.events ?? []), bench.event()] } : write,
      ),
  ])()
}

function anyExpectation({ random }: EventStoreBench): ExpectedRevision {
  return random.pick<ExpectedRevision>(['any', 'any', 'no-stream', 'stream-exists', 0, 1, 2, 3, 4])
}

async function outcomeOf(store: EventStore, writes: readonly StreamWrite[]): Promise<string> {
  try {
    const { revisions } = await store.append(writes)
    return `revisions ${revisions.join()}`
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

async function assertSameLog(store: EventStore, model: ModelLog): Promise<void> {
  assert.deepEqual(idsOf(await eventsOf(store.readAll())), idsOf(model.events))
  for (const stream of STREAMS) {
    const expected: readonly NewEvent[] = model.events.filter((event) => event.stream === stream)
    assert.deepEqual(idsOf(await eventsOf(store.readStream(stream))), idsOf(expected))
  }
}
