import { expect, it } from 'vitest'
import type { ExpectedRevision, StreamRevision } from '../ports/event-store.ts'
import { conflictError, findConflicts, isExpected } from './find-conflicts.ts'

const holds: readonly (readonly [expected: ExpectedRevision, actual: StreamRevision, holds: boolean])[] = [
  ['any', 'no-stream', true],
  ['any', 3, true],
  ['no-stream', 'no-stream', true],
  ['no-stream', 0, false],
  ['stream-exists', 'no-stream', false],
  ['stream-exists', 0, true],
  [0, 'no-stream', false],
  [0, 0, true],
  [0, 1, false],
  [1, 0, false],
]

it.each(holds)('expected %s, actual %s: %s', (expected, actual, result) => {
  expect(isExpected(expected, actual)).toBe(result)
})

it('tells each conflict in the order of the writes, guards among them', () => {
  const revisions = new Map<string, number>([['a', 3]])
  const conflicts = findConflicts(
    [
      { stream: 'b', expected: 0 },
      { stream: 'a', expected: 3, events: [] },
      { stream: 'a', expected: 'no-stream' },
    ],
    (stream) => revisions.get(stream) ?? 'no-stream',
  )
  expect(conflicts).toEqual([
    { stream: 'b', expected: 0, actual: 'no-stream' },
    { stream: 'a', expected: 'no-stream', actual: 3 },
  ])
  const cause = new Error('the driver says so')
  const error = conflictError(conflicts, cause)
  expect(error).toMatchObject({ code: 'MICRO_CONFLICT', details: { streams: conflicts }, outcome: 'none', cause })
})
