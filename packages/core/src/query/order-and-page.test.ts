import { describe, expect, it } from 'vitest'
import type { FindOptions, Row } from '../ports/projection-store.ts'
import { orderAndPage } from './order-and-page.ts'

const rows: Row[] = [
  { id: 'c', age: 3, name: { last: 'x' } },
  { id: 'a', age: 3, name: { last: 'y' } },
  { id: 'b', age: 'x' },
  { id: 'd' },
  { id: 'e', age: null, name: [{ last: 'a' }] },
]
const order = (options?: FindOptions): string =>
  orderAndPage([...rows], options, 'id')
    .map((row) => row['id'] as string)
    .join('')

describe('orderAndPage', () => {
  it.each<[FindOptions | undefined, string]>([
    [undefined, 'abcde'],
    [{}, 'abcde'],
    [{ sort: {} }, 'abcde'],
    [{ sort: { id: -1 } }, 'edcba'],
    [{ sort: { age: 1 } }, 'deacb'],
    [{ sort: { age: -1 } }, 'bacde'],
    [{ sort: { age: 1, id: -1 } }, 'edcab'],
    [{ sort: { 'name.last': 1 } }, 'bdeca'],
    [{ sort: { constructor: 1 as const } }, 'abcde'],
    [{ skip: 1, limit: 2 }, 'bc'],
    [{ limit: 0 }, ''],
    [{ skip: 9 }, ''],
    [{ skip: 4, limit: 9 }, 'e'],
  ])('%j', (options, expected) => {
    expect(order(options)).toBe(expected)
  })

  it.each<[unknown, string]>([
    [{ limit: -1 }, '/limit'],
    [{ limit: 1.5 }, '/limit'],
    [{ limit: '1' }, '/limit'],
    [{ limit: Infinity }, '/limit'],
    [{ skip: -1 }, '/skip'],
    [{ skip: NaN }, '/skip'],
    [{ sort: { age: 0 } }, '/sort/age'],
    [{ sort: { age: 'asc' } }, '/sort/age'],
    [{ sort: { $natural: 1 } }, '/sort/$natural'],
    [{ sort: { 'a.__proto__': 1 } }, '/sort/a.__proto__'],
  ])('refuses %j', (options, path) => {
    expect(() => order(options as FindOptions)).toThrow(
      expect.objectContaining({
        code: 'MICRO_INVALID',
        details: { problems: [{ path, message: expect.any(String) }] },
      }) as Error,
    )
  })
})
