import assert from 'node:assert/strict'
import type { ExpectedRevision, StreamWrite } from '@micro/core'
import { rejection } from '../conformance/rejection.ts'
import { type EventStoreBench, eventsOf, idsOf } from './event-store-bench.ts'
import type { RegisterChecks } from './register-checks.ts'

const LENGTHS = [0, 1, 3]
const EXPECTATIONS: readonly ExpectedRevision[] = ['no-stream', 'stream-exists', 'any', 0, 1, 2, 3]

/** The table itself, written down a second time and not taken from core. */
function holds(expected: ExpectedRevision, length: number): boolean {
  if (expected === 'any') return true
  if (expected === 'no-stream') return length === 0
  if (expected === 'stream-exists') return length > 0
  return expected === length - 1
}

interface Cell {
  readonly expected: ExpectedRevision
  readonly length: number
}

function cells(): readonly Cell[] {
  return LENGTHS.flatMap((length) => EXPECTATIONS.map((expected) => ({ length, expected })))
}

/** Every expectation against every kind of stream: with events, as a guard alone, and as a guard beside events. */
export const registerExpectationChecks: RegisterChecks = ({ check }) => {
  check(['ES-EXPECTED', 'ES-CONFLICT'], '[2] every expectation, with events', async (bench) => {
    await everyCell(bench, (cell, stream) => [{ stream, expected: cell.expected, events: bench.events(2) }])
  })

  check(['ES-GUARD-ONLY', 'ES-CONFLICT'], '[2] every expectation, as a guard alone', async (bench) => {
    await everyCell(bench, (cell, stream) => [{ stream, expected: cell.expected }])
    await everyCell(bench, (cell, stream) => [{ stream, expected: cell.expected, events: [] }])
  })

  check(['ES-GUARD', 'ES-CONFLICT'], '[2] every expectation, as a guard beside events', async (bench) => {
    const { multiStream } = (await bench.log()).capabilities
    // Without multiStream ES-MULTI-STREAM shows that guards on other streams are refused.
    if (!multiStream) return
    await everyCell(bench, (cell, stream, index) => [
      { stream: `other-${index}`, expected: 'no-stream', events: bench.events(1) },
      { stream, expected: cell.expected },
    ])
  })

  check('ES-CONFLICT', 'names every stream whose expectation does not hold', async (bench) => {
    const store = await bench.store()
    await store.append([{ stream: 'one', expected: 'no-stream', events: bench.events(1) }])
    await store.append([{ stream: 'two', expected: 'no-stream', events: bench.events(2) }])
    const error = await rejection(
      store.append([
        { stream: 'one', expected: 'no-stream' },
        { stream: 'two', expected: 1 },
        { stream: 'three', expected: 'stream-exists' },
      ]),
      'MICRO_CONFLICT',
    )
    assert.deepEqual(error.details?.streams, [
      { stream: 'one', expected: 'no-stream', actual: 0 },
      { stream: 'three', expected: 'stream-exists', actual: 'no-stream' },
    ])
    assert.equal(error.outcome, 'none')
  })

  check('ES-GUARD-ONLY', 'is answered from a read begun after it was asked', async (bench) => {
    const log = await bench.log()
    const [writer, guard] = [await log.open(), await log.open()]
    let written = (await writer.append([{ stream: 'account', expected: 'no-stream', events: bench.events(1) }]))
      .position
    for (let revision = 0; revision < bench.scaled(300); revision++) {
      const guards = [
        { stream: 'account', expected: revision },
        { stream: 'none', expected: 'no-stream' },
      ] as const
      const held = await guard.append(guards)
      assert.deepEqual(held.revisions, [revision, 'no-stream'])
      assert.ok(held.position >= written && held.position <= (await guard.head()), 'the position is of a read made now')
      const events = bench.events(1)
      written = (await writer.append([{ stream: 'account', expected: revision, events }])).position
      await rejection(guard.append(guards), 'MICRO_CONFLICT')
    }
    assert.deepEqual(await eventsOf(guard.readStream('none')), [])
  })
}

async function everyCell(
  bench: EventStoreBench,
  writesOf: (cell: Cell, stream: string, index: number) => readonly StreamWrite[],
): Promise<void> {
  const store = await bench.store()
  for (const [index, cell] of cells().entries()) {
    const stream = `stream-${index}`
    const told = `expected ${cell.expected}, ${cell.length} events`
    if (cell.length > 0) await store.append([{ stream, expected: 'no-stream', events: bench.events(cell.length) }])
    const before = await eventsOf(store.readAll())
    const writes = writesOf(cell, stream, index)
    const written = writes.flatMap(({ events = [] }) => events)
    const actual = cell.length === 0 ? 'no-stream' : cell.length - 1

    if (holds(cell.expected, cell.length)) {
      const { position, revisions } = await store.append(writes)
      const after = writes.map((write) => revisionAfter(write, stream, cell.length))
      assert.deepEqual(revisions, after, told)
      assert.ok(position >= (before.at(-1)?.position ?? 0) && position <= (await store.head()), told)
    } else {
      const error = await rejection(store.append(writes), 'MICRO_CONFLICT')
      assert.deepEqual(error.details?.streams, [{ stream, expected: cell.expected, actual }], told)
    }
    const expected = holds(cell.expected, cell.length) ? [...before, ...written] : before
    assert.deepEqual(idsOf(await eventsOf(store.readAll())), idsOf(expected), told)
  }
}

function revisionAfter({ stream, events = [] }: StreamWrite, target: string, length: number): number | 'no-stream' {
  const total = (stream === target ? length : 0) + events.length
  return total === 0 ? 'no-stream' : total - 1
}
