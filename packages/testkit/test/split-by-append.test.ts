import type { RecordedEvent } from '@micro/core'
import { expect, it } from 'vitest'
import { splitByAppend } from '../src/faults/split-by-append.ts'

const event = (position: number, index?: number): RecordedEvent =>
  ({ position, metadata: index === undefined ? {} : { index } }) as RecordedEvent

it('splits a batch where appends begin, and leaves out nothing that does not tell', () => {
  const events = [event(1), event(2, 0), event(3, 1), event(4), event(5, 0)]
  expect(splitByAppend({ events, position: 7, caughtUp: true })).toEqual([
    { events: [event(1)], position: 1, caughtUp: false },
    { events: [event(2, 0), event(3, 1), event(4)], position: 4, caughtUp: false },
    { events: [event(5, 0)], position: 7, caughtUp: true },
  ])
})

it('leaves a batch whole that tells of one append at most', () => {
  for (const events of [[], [event(1), event(2)], [event(1, 0), event(2, 1)]]) {
    const batch = { events, position: 9, caughtUp: false }
    expect(splitByAppend(batch)).toEqual([batch])
  }
})
