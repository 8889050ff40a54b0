import { describe, expect, it } from 'vitest'
import type { NewEvent, StreamWrite } from '../ports/event-store.ts'
import { duplicateError, resultOfSameAppend, type StoredEvent } from './same-append.ts'

// The stored append: a@1, a@2, b@0, while stream g stood at 4.
const stored: readonly StoredEvent[] = [
  { id: '1', stream: 'a', revision: 1, position: 10 },
  { id: '2', stream: 'a', revision: 2, position: 11 },
  { id: '3', stream: 'b', revision: 0, position: 12 },
]
const a: StreamWrite = { stream: 'a', expected: 0, events: events('1', '2') }
const b: StreamWrite = { stream: 'b', expected: 'no-stream', events: events('3') }
const guard: StreamWrite = { stream: 'g', expected: 'stream-exists' }

function events(...ids: readonly string[]): readonly NewEvent[] {
  return ids.map((id) => ({ id, type: 't', data: {}, metadata: {}, time: '' }))
}

function result(writes: readonly StreamWrite[]): unknown {
  return resultOfSameAppend(writes, stored, (stream) => (stream === 'g' ? 4 : 'no-stream'))
}

describe('the same append', () => {
  it.each([
    ['as it was', [a, guard, b], [2, 4, 0]],
    ['without its guard', [a, b], [2, 0]],
    ['with other guards', [{ ...guard, stream: 'h' }, a, b, { ...guard, expected: 0 }], ['no-stream', 2, 0, 4]],
  ] as const)('%s', (_, writes, revisions) => {
    expect(result(writes)).toEqual({ position: 12, revisions })
  })
})

describe('not the same append', () => {
  it.each([
    ['a part', [a]],
    ['another part', [b]],
    ['another order of streams', [b, a]],
    ['another order of events', [{ ...a, events: events('2', '1') }, b]],
    ['one event less', [{ ...a, events: events('1') }, b]],
    ['one event more', [a, { ...b, events: events('3', '4') }]],
    ['another revision', [{ ...a, expected: 1 }, b]],
    ['any', [{ ...a, expected: 'any' }, b]],
    ['stream-exists', [{ ...a, expected: 'stream-exists' }, b]],
    ['another stream', [a, { ...b, stream: 'c' }]],
    ['guards alone', [guard]],
  ] as const)('%s', (_, writes) => {
    expect(result(writes)).toBeUndefined()
  })
})

it('a duplicate names the id, and its position where it is known', () => {
  expect(duplicateError('1', 10)).toMatchObject({ code: 'MICRO_DUPLICATE', details: { eventId: '1', position: 10 } })
  expect(duplicateError('1').details).toEqual({ eventId: '1' })
})
