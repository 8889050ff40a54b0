import { describe, expect, it } from 'vitest'
import type { Query } from '../ports/projection-store.ts'
import { compileQuery } from './compile-query.ts'
import { guardQuery } from './guard-query.ts'

/** Objects that came from a payload, their members included, as sealed ones are known. */
function fromPayload<T extends object>(payload: T, known: WeakSet<object>): T {
  known.add(payload)
  for (const member of Object.values(payload))
    if (typeof member === 'object' && member !== null) fromPayload(member, known)
  return payload
}

describe('guardQuery', () => {
  const known = new WeakSet()
  const isData = (value: object): boolean => known.has(value)
  const owner = fromPayload({ $ne: null }, known)
  const filter = fromPayload({ name: 'x', pin: { $gt: '' } }, known)

  it.each<[string, Query, Query]>([
    ['a field', { owner }, { owner: { $eq: owner } }],
    ['a field under $and and $or', { $and: [{ $or: [{ owner }] }] }, { $and: [{ $or: [{ owner: { $eq: owner } }] }] }],
    ['a field under $elemMatch', { a: { $elemMatch: { owner } } }, { a: { $elemMatch: { owner: { $eq: owner } } } }],
    [
      'a field under $elemMatch under $not',
      { a: { $not: { $elemMatch: { owner } } } },
      { a: { $not: { $elemMatch: { owner: { $eq: owner } } } } },
    ],
    ['a whole query', filter, { name: 'x', pin: { $eq: { $gt: '' } } }],
    ['a query under $or', { $or: [filter] }, { $or: [{ name: 'x', pin: { $eq: { $gt: '' } } }] }],
    [
      'a query under $elemMatch',
      { a: { $elemMatch: filter } },
      { a: { $elemMatch: { name: 'x', pin: { $eq: { $gt: '' } } } } },
    ],
  ])('makes data in the place of %s a value', (_, query, guarded) => {
    expect(guardQuery(query, isData)).toEqual(guarded)
    expect(() => compileQuery(query, { isData })).not.toThrow()
  })

  it('returns a query without such data as it is', () => {
    const query = { owner: { $ne: null }, $or: [{ a: 'x' }, { a: { $in: [owner] } }] }
    expect(guardQuery(query, isData)).toBe(query)
  })

  it('matches what equals the data, and nothing else', () => {
    expect(compileQuery({ owner }).matches({ owner: 'somebody' })).toBe(true)
    expect(compileQuery({ owner }, { isData }).matches({ owner: 'somebody' })).toBe(false)
    expect(compileQuery({ owner }, { isData }).matches({ owner: { $ne: null } })).toBe(true)
    expect(compileQuery(filter, { isData }).matches({ name: 'x', pin: 'secret' })).toBe(false)
  })

  it.each<[string, Query, string]>([
    ['a whole query', fromPayload({ $or: [{ a: 1 }] }, known), '/$or'],
    ['a query in a list', { $or: [owner] }, '/$or/0/$ne'],
    ['$not', { a: { $not: owner } }, '/a/$not'],
    ['$elemMatch', { a: { $elemMatch: owner } }, '/a/$elemMatch/$ne'],
    ['a list of queries from data', { $and: fromPayload([{ $where: '1' }], known) }, '/$and/0/$where'],
  ])('refuses operators that data brings into %s', (_, query, path) => {
    expect(() => guardQuery(query, isData)).toThrow(
      expect.objectContaining({
        code: 'MICRO_INVALID',
        details: { problems: [{ path, message: expect.any(String) }] },
      }) as Error,
    )
  })
})
