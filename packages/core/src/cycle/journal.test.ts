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

it('the journal answers for the last commands however often it is asked between them', () => {
  for (const every of [1, 3, 7, 10, 11, 25, 99]) {
    const journal = new Journal(10)
    for (let at = 1; at <= 100; at++) {
      journal.add(`command-${at}`, at)
      if (at % every !== 0) continue
      for (let age = 0; age < Math.min(10, at); age++) expect(journal.get(`command-${at - age}`)).toBe(at - age)
      expect(journal.get(`command-${at + 1}`)).toBeUndefined()
      const held = Array.from({ length: at }, (_, index) => journal.get(`command-${index + 1}`))
      expect(held.filter((position) => position !== undefined).length).toBeLessThanOrEqual(20)
    }
  }
})

it('a command that is added again has its newest position', () => {
  const journal = new Journal(3)
  for (const [id, position] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
    ['c', 4],
  ] as const)
    journal.add(id, position)
  expect(['a', 'b', 'c'].map((id) => journal.get(id))).toEqual([3, 2, 4])
})
