import { expect, it } from 'vitest'
import { Journal } from './journal.ts'

it('the journal holds at least so many commands, and at most twice as many', () => {
  const journal = new Journal(10)
  for (let at = 1; at <= 100; at++) journal.add(`command-${at}`, at)
  const held = Array.from({ length: 100 }, (_, at) => journal.get(`command-${at + 1}`)).filter(
    (position) => position !== undefined,
  )
  expect(held.slice(-10)).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 100])
  expect(held.length).toBeLessThanOrEqual(20)
})
