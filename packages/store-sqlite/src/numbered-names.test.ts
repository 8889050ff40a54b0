import { expect, it } from 'vitest'
import { NumberedNames } from './numbered-names.ts'

it('gives a name for the number that it was kept under, and never for another one', () => {
  const names = new NumberedNames()
  const numbers = [1, 2, 2 ** 17, 2 ** 17 + 1, 2 ** 40 + 2]
  for (const number of numbers) {
    names.set(number, `stream ${number}`)
    expect(names.get(number)).toBe(`stream ${number}`)
  }
  for (const number of [...numbers, 3, 2 ** 18, 2 ** 18 + 1])
    expect([undefined, `stream ${number}`]).toContain(names.get(number))
  names.clear()
  for (const number of numbers) expect(names.get(number)).toBeUndefined()
})
