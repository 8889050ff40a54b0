import { describe, expect, it } from 'vitest'
import type { NewEvent, StreamWrite } from '../ports/event-store.ts'
import { checkWrites, isStreamName } from './check-writes.ts'

let count = 0
function event(given: object = {}): NewEvent {
  const id = `00000000-0000-7000-8000-${String(count++).padStart(12, '0')}`
  return { id, type: 'a', data: {}, metadata: {}, time: '2024-01-02T03:04:05.678Z', ...given }
}

function write(given: object = {}): StreamWrite {
  return { stream: 'a', expected: 'any', events: [event()], ...given } as StreamWrite
}

describe('checkWrites', () => {
  it('takes events, guards, and many of both', () => {
    const many = Array.from({ length: 40 }, (_, index) => write({ stream: `s-${index}`, events: [event(), event()] }))
    for (const writes of [
      [write()],
      [write({ events: [] })],
      [{ stream: 'a', expected: 0 } as const],
      [write({ expected: Number.MAX_SAFE_INTEGER }), write({ stream: 'b', expected: 'no-stream' })],
      many,
    ])
      expect(() => checkWrites(writes)).not.toThrow()
  })

  it('finds a stream that is named twice among few and among many', () => {
    for (const count of [2, 50]) {
      const writes = Array.from({ length: count }, (_, index) => write({ stream: `s-${index}` }))
      expect(() => checkWrites([...writes, write({ stream: 's-0', events: [] })])).toThrow(/"s-0" is named twice/)
    }
  })

  it('finds an id that is given twice', () => {
    const same = event()
    expect(() => checkWrites([write({ events: [same, event(), same] })])).toThrow(/is given twice/)
    expect(() => checkWrites([write({ events: [same] }), write({ stream: 'b', events: [same] })])).toThrow(TypeError)
  })

  it.each([
    { time: '2024-13-01T00:00:00.000Z' },
    { time: '2024-01-01T24:00:00.000Z' },
    { time: '2024-01-01T00:00:00Z' },
    { id: '00000000000070008000000000000000' },
    { type: 'a\tb' },
    { data: null },
    { metadata: [] },
  ])('refuses an event with %o', (given) => {
    expect(() => checkWrites([write({ events: [event(given)] })])).toThrow(TypeError)
  })
})

it('a stream name is 1–200 printable characters, counted as characters', () => {
  for (const name of ['a', ' ', '😀'.repeat(200), 'ä/b c', 'א']) expect(isStreamName(name)).toBe(true)
  for (const name of ['', 'a\u0000', 'a\u2028b', '\ud800', 'x'.repeat(201), '😀'.repeat(201), 5, undefined])
    expect(isStreamName(name)).toBe(false)
})
