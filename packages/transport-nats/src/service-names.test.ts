import { expect, it } from 'vitest'
import { serviceToken, serviceVersion } from './service-names.ts'

it('names become tokens, and different ones stay different', () => {
  expect(serviceToken('gift desk')).toBe('gift-desk')
  expect(serviceToken('a_B-1')).toBe('a_B-1')
  const odd = ['a.b', 'a>b', 'a*b', 'a\nb', 'ä'].map(serviceToken)
  expect(new Set(odd).size).toBe(odd.length)
  for (const token of odd) expect(token).toMatch(/^[\w-]+$/)
})

it('versions that are none become the lowest', () => {
  expect(['1.2.3', '1.2.3-rc.1+5'].map(serviceVersion)).toEqual(['1.2.3', '1.2.3-rc.1+5'])
  expect(['today', '1.2', '01.2.3', ''].map(serviceVersion)).toEqual(Array.from({ length: 4 }, () => '0.0.0'))
})
