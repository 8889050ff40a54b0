import { expect, it } from 'vitest'
import { Journal } from './journal.ts'

const commandId = (at: number): string => `0198c5f1-2b3c-8804-ae17-${at.toString(16).padStart(12, '0')}`

it('the journal holds at least so many commands, and at most twice as many', () => {
  const journal = new Journal(10)
  for (let at = 1; at <= 100; at++) journal.add(commandId(at), at)
  const held = Array.from({ length: 100 }, (_, at) => journal.get(commandId(at + 1))).filter(
    (position) => position !== undefined,
  )
  expect(held.slice(-10)).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 100])
  expect(held.length).toBeLessThanOrEqual(20)
})
