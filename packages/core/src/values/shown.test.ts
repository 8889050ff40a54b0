import { expect, it } from 'vitest'
import { checkObject, shown } from './shown.ts'

it.each([
  ['a', '"a"'],
  ['x'.repeat(200), `"${'x'.repeat(100)}…"`],
  [5n, '5'],
  [Symbol('s'), 'Symbol(s)'],
  [undefined, 'undefined'],
  [null, 'null'],
  [[1], 'an array'],
  [Object.create(null), 'an object'],
  [{ toString: () => 'no' }, 'an object'],
  [() => 5, 'a function'],
])('shows %s', (value, text) => {
  expect(shown(value)).toBe(text)
})

it('says what should have been an object', () => {
  checkObject({}, 'x')
  expect(() => checkObject(5n, 'defineModel: options')).toThrow(
    new TypeError('defineModel: options must be an object, not 5'),
  )
})
