import { describe, expect, it } from 'vitest'
import type { Query } from '../ports/projection-store.ts'
import { compileQuery } from './compile-query.ts'
import { QUERY_LIMITS } from './limits.ts'

const parsed = (text: string): Query => JSON.parse(text) as Query
function nested(depth: number, wrap: (inner: unknown) => unknown, innermost: unknown): unknown {
  let query = innermost
  for (let level = 0; level < depth; level++) query = wrap(query)
  return query
}
const refusal = (path: string): unknown =>
  expect.objectContaining({ code: 'MICRO_INVALID', details: { problems: [{ path, message: expect.any(String) }] } })

describe('compileQuery refuses', () => {
  const { conditions, listedValues, pathSegments, depth } = QUERY_LIMITS
  it.each<[string, unknown, string]>([
    ['an unknown operator', { a: { $where: '1' } }, '/a/$where'],
    ['an operator of MongoDB outside the subset', { a: { $type: 'string' } }, '/a/$type'],
    ['an unknown operator at the top', { $where: 'true' }, '/$where'],
    ['$nor', { $nor: [{ a: 1 }] }, '/$nor'],
    ['$and inside a field', { a: { $and: [{ $gt: 1 }] } }, '/a/$and'],
    ['an operator name that every object inherits', parsed('{"a":{"$constructor":1}}'), '/a/$constructor'],
    ['an operator beside a field', { a: { $gt: 1, b: 2 } }, '/a/b'],
    ['a field beside an operator', { a: { b: 2, $gt: 1 } }, '/a/b'],
    ['the name __proto__', parsed('{"__proto__":1}'), '/__proto__'],
    ['the name __proto__ in a path', { 'a.__proto__.b': 1 }, '/a.__proto__.b'],
    ['the name __proto__ in a value', { a: parsed('{"__proto__":1}') }, '/a'],
    ['an object with a prototype of its own', Object.create({ a: 1 }), ''],
    ['an empty name', { '': 1 }, '/'],
    ['an empty name in a path', { 'a..b': 1 }, '/a..b'],
    ['a $ inside a path', { 'a.$gt': 1 }, '/a.$gt'],
    [
      'a long path',
      {
        [Array(pathSegments + 1)
          .fill('a')
          .join('.')]: 1,
      },
      `/${Array(pathSegments + 1)
        .fill('a')
        .join('.')}`,
    ],
    ['undefined', { owner: undefined }, '/owner'],
    ['undefined in $eq', { owner: { $eq: undefined } }, '/owner/$eq'],
    ['NaN', { a: { $gt: NaN } }, '/a/$gt'],
    ['a lone surrogate', { a: '\ud800' }, '/a'],
    ['a Date', { a: new Date(0) }, '/a'],
    ['a RegExp', { a: /x/ }, '/a'],
    ['a function', { a: () => true }, '/a'],
    ['a bigint', { a: 1n }, '/a'],
    ['a RegExp in $in', { a: { $in: [/x/] } }, '/a/$in/0'],
    ['$in without a list', { a: { $in: 'x' } }, '/a/$in'],
    ['a long $in', { a: { $in: Array(listedValues + 1).fill(1) } }, '/a/$in'],
    ['$exists with a number', { a: { $exists: 1 } }, '/a/$exists'],
    ['$not with a value', { a: { $not: 1 } }, '/a/$not'],
    ['$not without operators', { a: { $not: {} } }, '/a/$not'],
    ['$elemMatch with a value', { a: { $elemMatch: 1 } }, '/a/$elemMatch'],
    ['$options alone', { a: { $options: 'i' } }, '/a/$options'],
    ['$or without a list', { $or: { a: 1 } }, '/$or'],
    ['an empty $or', { $or: [] }, '/$or'],
    ['an empty $and', { $and: [] }, '/$and'],
    ['a value in $and', { $and: [1] }, '/$and/0'],
    ['a name with / and ~', { 'a/b~c': { $x: 1 } }, '/a~1b~0c/$x'],
    ['null', null, ''],
    ['an array', [], ''],
    ['text', 'a', ''],
    ['many conditions', { $or: Array.from({ length: conditions }, () => ({ a: 1 })) }, `/$or/${conditions - 1}/a`],
    ['a deep $and', nested(depth, (inner) => ({ $and: [inner] }), { a: 1 }), '/$and/0'.repeat(depth)],
  ])('%s', (_, query, path) => {
    expect(() => compileQuery(query as Query)).toThrow(refusal(path) as Error)
  })

  it.each<[string, unknown]>([
    ['$not', { a: nested(100_000, (inner) => ({ $not: inner }), { $gt: 1 }) }],
    ['$elemMatch', { a: nested(100_000, (inner) => ({ $elemMatch: inner }), { $gt: 1 }) }],
    ['$or', nested(100_000, (inner) => ({ $or: [inner] }), { a: 1 })],
    ['an array', { a: nested(100_000, (inner) => [inner], 1) }],
    ['an object', { a: nested(100_000, (inner) => ({ inner }), 1) }],
  ])('%s 100,000 levels deep', (_, query) => {
    expect(() => compileQuery(query as Query)).toThrow(expect.objectContaining({ code: 'MICRO_INVALID' }) as Error)
    expect(() => compileQuery(query as Query, { isData: () => false })).toThrow(
      expect.objectContaining({ code: 'MICRO_INVALID' }) as Error,
    )
  })
})

describe('compileQuery', () => {
  it('allows as many conditions and levels as the limits say', () => {
    const wide = { $or: Array.from({ length: QUERY_LIMITS.conditions - 1 }, (_, a) => ({ a })) }
    expect(compileQuery(wide).matches({ a: 5 })).toBe(true)
    const deep = nested(QUERY_LIMITS.depth - 2, (inner) => ({ $and: [inner] }), { a: 1 }) as Query
    expect(compileQuery(deep).matches({ a: 1 })).toBe(true)
  })

  it('does not read what a row inherits', () => {
    for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      expect(compileQuery({ [name]: { $exists: true } }).matches({})).toBe(false)
      expect(compileQuery({ [`${name}.name`]: { $exists: true } }).matches({})).toBe(false)
      expect(compileQuery({ [name]: null }).matches({})).toBe(true)
    }
    expect(compileQuery({ 'a.length': 2 }).matches({ a: [1, 2] })).toBe(false)
  })

  it('keeps its answer when the query is changed afterwards', () => {
    const query = { a: { $in: [1] }, b: { c: [1] } }
    const compiled = compileQuery(query)
    query.a.$in.push(2)
    query.b.c.push(2)
    expect(compiled.matches({ a: 1, b: { c: [1] } })).toBe(true)
    expect(compiled.matches({ a: 2, b: { c: [1] } })).toBe(false)
  })

  it.each<[Query, unknown, boolean]>([
    [{}, [], true],
    [{ a: 'x' }, [{ kind: 'in', path: 'a', values: ['x'] }], true],
    [{ a: null }, [{ kind: 'in', path: 'a', values: [null] }], true],
    [{ 'a.b': { $eq: 5 } }, [{ kind: 'in', path: 'a.b', values: [5] }], true],
    [{ a: { $in: ['x', 'x', null] } }, [{ kind: 'in', path: 'a', values: ['x', null] }], true],
    [{ a: { $in: ['x', {}] } }, [], false],
    [{ a: { b: 1 } }, [], false],
    [
      { a: { $gte: 1, $lt: 9 } },
      [
        { kind: 'range', path: 'a', operator: '$gte', value: 1 },
        { kind: 'range', path: 'a', operator: '$lt', value: 9 },
      ],
      true,
    ],
    [{ a: { $gt: null } }, [], false],
    [{ a: 'x', b: { $ne: 1 } }, [{ kind: 'in', path: 'a', values: ['x'] }], false],
    [
      { $and: [{ a: 1 }, { b: 2 }] },
      [
        { kind: 'in', path: 'a', values: [1] },
        { kind: 'in', path: 'b', values: [2] },
      ],
      true,
    ],
    [{ $and: [{ a: { $ne: 1 } }] }, [], false],
    [{ $or: [{ a: 1 }, { b: 2 }] }, [], false],
    [{ a: { $not: { $eq: 1 } } }, [], false],
    [{ a: { $elemMatch: { $eq: 1 } } }, [], false],
    [{ a: { $regex: '^x' } }, [], false],
  ])('bounds of %j', (query, bounds, isBoundsOnly) => {
    const compiled = compileQuery(query)
    expect(compiled.bounds).toEqual(bounds)
    expect(compiled.isBoundsOnly).toBe(isBoundsOnly)
  })
})
