import type { RecordedEvent } from '@micro/core'
import { expect } from 'vitest'

/** No event of a command is in the log twice. */
export function expectNoDoubles(log: readonly RecordedEvent[]): void {
  const seen = new Set<string>()
  const doubles = log.filter(({ metadata: { commandId, index } }) => {
    const event = JSON.stringify([commandId, index])
    return seen.size === seen.add(event).size
  })
  expect(doubles).toEqual([])
}
