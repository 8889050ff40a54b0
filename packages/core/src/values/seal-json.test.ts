import fc from 'fast-check'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { isMicroError } from '../errors/micro-error.ts'
import { sealEventData } from './event-data.ts'
import { isSecretFree, sealJson } from './seal-json.ts'
import { secret } from './secret.ts'

function problemsOf(seal: () => unknown): readonly { path: string; message: string }[] {
  try {
    seal()
  } catch (error) {
    if (isMicroError(error, 'MICRO_INVALID')) return error.details?.problems ?? []
    throw error
  }
  return []
}

const nested = (levels: number): unknown => Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 'core')

describe('sealJson', () => {
  it('gives an equal copy that is frozen all the way down', () => {
    const value = { account: 'a1', lines: [{ amount: 5 }], none: null }
    const sealed = sealJson(value, 'it') as typeof value
    expect(sealed).toEqual(value)
    expect(sealed).not.toBe(value)
    for (const part of [sealed, sealed.lines, sealed.lines[0]]) expect(Object.isFrozen(part)).toBe(true)
    value.lines.push({ amount: 6 })
    expect(sealed.lines).toHaveLength(1)
  })

  it('gives back what is sealed already, also where it lies inside something new', () => {
    const sealed = sealJson({ a: [1] }, 'it')
    expect(sealJson(sealed, 'it')).toBe(sealed)
    const around = sealJson({ sealed }, 'it') as { readonly sealed: unknown }
    expect(around.sealed).toBe(sealed)
    expect(sealJson(Object.freeze({ a: 1 }), 'it')).toEqual({ a: 1 })
  })

  it('[10] is the same JSON for every value that it does not refuse', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme', maxDepth: 3 }), (value) => {
        const json: unknown = JSON.parse(JSON.stringify(value), (key, member: unknown) => {
          // A key that JSON can hold, and that is refused here: `undefined` takes it out.
          if (key === '__proto__') return undefined
          return typeof member === 'number' ? Math.max(-9e15, Math.min(9e15, member)) : member
        })
        expect(sealJson(json, 'it')).toStrictEqual(json)
      }),
    )
  })

  it('[10] never gives a value that JSON would change, and names a problem for each that it refuses', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSparseArray: true,
          withNullPrototype: true,
        }),
        (value) => {
          const problems = problemsOf(() => sealJson(value, 'it'))
          const kept = problems.length > 0 ? null : sealJson(value, 'it')
          for (const { message } of problems) expect(message).toMatch(/^must /)
          expect(JSON.parse(JSON.stringify(kept))).toStrictEqual(kept)
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each([
    ['undefined', undefined, 'undefined'],
    ['a function', () => 1, 'a function'],
    ['a symbol', Symbol('s'), 'a symbol'],
    ['a bigint', 1n, 'a bigint'],
    ['NaN', Number.NaN, 'not NaN'],
    ['an infinity', Number.NEGATIVE_INFINITY, 'not -Infinity'],
    ['-0', -0, '-0'],
    ['2^53', 2 ** 53, '2^53'],
    ['-2^53', -(2 ** 53), '2^53'],
    ['1e300', 1e300, '2^53'],
    ['a lone surrogate', 'a\ud800', 'lone surrogate'],
    ['a date', new Date(0), 'toISOString'],
    ['a map', new Map(), 'an instance of Map'],
    ['an instance of a class', new (class Account {})(), 'an instance of Account'],
    ['an array of a subclass', new (class List extends Array {})(), 'an instance of List'],
    ['an array with a symbol', Object.assign([1], { [Symbol('s')]: 1 }), 'symbols'],
    ['a regular expression', /a/, 'an instance of RegExp'],
    ['a wrapped string', new String('a'), 'an instance of String'],
    ['an object with a symbol as key', { [Symbol('s')]: 1 }, 'symbols'],
    ['an inherited property', Object.create({ a: 1 }), 'an instance of Object'],
    ['a secret', secret('hunter2'), 'a Secret'],
  ])('[10] refuses %s, and says where it is and why', (_, value, message) => {
    const problems = problemsOf(() => sealJson({ list: [0, value] }, 'it'))
    expect(problems).toEqual([{ path: '/list/1', message: expect.stringContaining(message) }])
    expect(problemsOf(() => sealJson(value, 'it'))).toEqual([{ path: '', message: expect.stringContaining(message) }])
  })

  it('accepts the largest and smallest numbers that every reader keeps', () => {
    const numbers = [2 ** 53 - 1, -(2 ** 53 - 1), Number.MIN_VALUE, 0.1, 1e15 + 0.5, 0]
    expect(sealJson(numbers, 'it')).toEqual(numbers)
  })

  it('refuses holes, keys that change prototypes and keys that are no Unicode', () => {
    const sparse: unknown[] = [1]
    sparse[2] = 3
    expect(problemsOf(() => sealJson(sparse, 'it'))).toEqual([{ path: '/1', message: expect.stringContaining('hole') }])
    const polluting: unknown = JSON.parse('{"a":{"__proto__":{"polluted":true}}}')
    expect(problemsOf(() => sealJson(polluting, 'it'))).toEqual([
      { path: '/a/__proto__', message: 'must not be a key' },
    ])
    expect(problemsOf(() => sealJson({ 'a\udc00': 1 }, 'it'))).toHaveLength(1)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('keeps a key that is called constructor, like any other', () => {
    const value: unknown = JSON.parse('{"constructor":{"prototype":{"polluted":true}}}')
    expect(sealJson(value, 'it')).toEqual(value)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('refuses what contains itself and what is nested too deeply, and survives both', () => {
    const circle: unknown[] = []
    circle.push({ circle })
    expect(problemsOf(() => sealJson(circle, 'it'))).toEqual([
      { path: '/0/circle', message: 'must not contain itself' },
    ])
    expect(sealJson(nested(64), 'it')).toEqual(nested(64))
    expect(problemsOf(() => sealJson(nested(65), 'it'))[0]?.message).toContain('64 levels')
    const hostile: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
    expect(problemsOf(() => sealJson(hostile, 'it'))[0]?.message).toContain('64 levels')
  })

  it('takes the same object twice in one value', () => {
    const shared = { a: 1 }
    expect(sealJson([shared, shared], 'it')).toEqual([{ a: 1 }, { a: 1 }])
  })

  it('names every problem by JSON pointer, but no more than twenty', () => {
    const problems = problemsOf(() => sealJson({ 'a/b': { 'c~d': undefined }, e: [Number.NaN] }, 'it'))
    expect(problems.map(({ path }) => path)).toEqual(['/a~1b/c~0d', '/e/0'])
    expect(
      problemsOf(() =>
        sealJson(
          Array.from({ length: 100 }, () => undefined),
          'it',
        ),
      ),
    ).toHaveLength(20)
  })

  it('says in its message what was wrong with what', () => {
    const problem = expect.objectContaining({
      code: 'MICRO_INVALID',
      message: "The payload of 'deposit money' is invalid: /a must be a finite number, not NaN (and 1 more)",
    })
    expect(() => sealJson({ a: Number.NaN, b: undefined }, "the payload of 'deposit money'")).toThrow(problem)
  })

  it('reads each member once, so that what was checked is what is kept', () => {
    let reads = 0
    const shifty = {
      get amount() {
        return ++reads === 1 ? 5 : Number.NaN
      },
    }
    expect(sealJson(shifty, 'it')).toEqual({ amount: 5 })
    expect(reads).toBe(1)
  })

  it('takes plain objects and arrays of another realm', () => {
    const foreign: unknown = runInNewContext('({ list: [1, { a: 2 }] })')
    expect(sealJson(foreign, 'it')).toStrictEqual({ list: [1, { a: 2 }] })
    expect(problemsOf(() => sealJson(runInNewContext('new Date(0)'), 'it'))).toHaveLength(1)
  })

  it('keeps secrets where they are allowed, and tells that there were any', () => {
    const password = secret('hunter2')
    const sealed = sealJson({ user: { login: 'ann', password }, other: { a: 1 } }, 'it', { allowSecrets: true })
    expect(sealed).toEqual({ user: { login: 'ann', password }, other: { a: 1 } })
    expect(isSecretFree(sealed)).toBe(false)
    const { user, other } = sealed as Readonly<Record<string, typeof sealed>>
    expect(isSecretFree(user ?? null)).toBe(false)
    expect(isSecretFree(other ?? null)).toBe(true)
    expect(isSecretFree(password)).toBe(false)
    expect(isSecretFree(sealJson({ a: 1 }, 'it', { allowSecrets: true }))).toBe(true)
  })

  it('refuses what was sealed with a secret where none may be', () => {
    const sealed = sealJson({ password: secret('hunter2') }, 'it', { allowSecrets: true })
    expect(sealJson(sealed, 'it', { allowSecrets: true })).toBe(sealed)
    expect(problemsOf(() => sealJson({ sealed }, 'it'))).toEqual([
      { path: '/sealed/password', message: expect.stringContaining('a Secret') },
    ])
    const around = sealJson({ sealed }, 'it', { allowSecrets: true })
    expect(isSecretFree(around)).toBe(false)
  })
})

describe('sealEventData', () => {
  it('refuses keys that begin with $ at the top, and only there', () => {
    expect(problemsOf(() => sealEventData({ $set: 1, a: 2 }, 'it')).map(({ path }) => path)).toEqual(['/$set'])
    expect(problemsOf(() => sealEventData(sealJson({ $set: 1 }, 'it'), 'it'))).toHaveLength(1)
    expect(sealEventData({ a: { $set: 1 }, b$: 1 }, 'it')).toEqual({ a: { $set: 1 }, b$: 1 })
  })

  it('refuses secrets', () => {
    expect(problemsOf(() => sealEventData({ password: secret('x') }, 'it'))).toHaveLength(1)
  })
})
