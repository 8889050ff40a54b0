import { expect, it } from 'vitest'
import { SeenErrors } from './seen-errors.ts'

it('takes an error object once per action', () => {
  const seen = new SeenErrors()
  const error = new Error('a')
  expect(seen.isRepeated('error', error, 'one')).toBe(false)
  expect(seen.isRepeated('error', error, 'one')).toBe(true)
  expect(seen.isRepeated('error', error, 'two')).toBe(false)
  expect(seen.isRepeated('error', new Error('a'), 'one')).toBe(false)
})

it('takes it again as something worse, and then no more as something less', () => {
  const seen = new SeenErrors()
  const error = new Error('a')
  expect(seen.isRepeated('error', error, '')).toBe(false)
  expect(seen.isRepeated('fatal', error, '')).toBe(false)
  expect(seen.isRepeated('fatal', error, '')).toBe(true)
  expect(seen.isRepeated('error', error, '')).toBe(true)
})

it('holds back neither other levels nor what is no error', () => {
  const seen = new SeenErrors()
  const error = new Error('a')
  for (const level of ['warn', 'info', 'debug', 'trace'] as const)
    for (let round = 0; round < 2; round += 1) expect(seen.isRepeated(level, error, '')).toBe(false)
  expect(seen.isRepeated('error', error, '')).toBe(false)
  for (const value of ['text', undefined, null, 5, {}])
    for (let round = 0; round < 2; round += 1) expect(seen.isRepeated('error', value, '')).toBe(false)
})
