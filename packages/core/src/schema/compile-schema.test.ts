import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import Type from 'typebox'
import { compileSchema, createSchemaCompiler, type Validate } from './compile-schema.ts'
import type { Schema } from './schema.ts'
import { toJsonSchema } from './to-json-schema.ts'

const WHAT = "the payload of 'deposit money'"

function check<const S extends Schema>(schema: S): Validate {
  return compileSchema(toJsonSchema(schema, WHAT), WHAT)
}

const deposit = {
  type: 'object',
  required: ['account', 'amount'],
  properties: {
    account: { type: 'string', minLength: 1, maxLength: 40 },
    amount: { type: 'integer', minimum: 1 },
    kind: { enum: ['cash', 'cheque'] },
    note: { type: ['string', 'null'] },
    at: { type: 'string', format: 'date-time' },
    mail: { type: 'string', format: 'email' },
    version: { const: 2 },
    tags: { type: 'array', items: { type: 'string', pattern: '^[a-z]+$' }, maxItems: 2, uniqueItems: true },
    to: { type: 'object', properties: { 'a/b': { type: 'number' } } },
  },
} as const

describe('compileSchema', () => {
  const validate = check(deposit)
  const valid = { account: 'a1', amount: 5 }

  it('finds nothing wrong with what fits, and leaves it as it is', () => {
    const value = Object.freeze({ ...valid, note: null, at: '2026-01-02T03:04:05Z', tags: ['a'] })
    expect(validate(value)).toBeUndefined()
  })

  it.each([
    ['a missing property', { account: 'a1' }, '/amount', 'must be present'],
    ['an unknown property', { ...valid, amont: 1 }, '/amont', 'must not be present: the schema does not have it'],
    ['another type', { ...valid, account: 7 }, '/account', 'must be a string'],
    ['neither of two types', { ...valid, note: 7 }, '/note', 'must be a string or null'],
    ['a fraction for an integer', { ...valid, amount: 1.5 }, '/amount', 'must be an integer'],
    ['too small a number', { ...valid, amount: 0 }, '/amount', 'must be >= 1'],
    ['a value not in a list', { ...valid, kind: 'card' }, '/kind', 'must be one of "cash", "cheque"'],
    ['another constant', { ...valid, version: 3 }, '/version', 'must be 2'],
    ['a broken format', { ...valid, mail: 'nobody' }, '/mail', 'must be a valid email'],
    ['an empty text', { ...valid, account: '' }, '/account', 'must not have fewer than 1 characters'],
    ['a pattern', { ...valid, tags: ['A'] }, '/tags/0', 'must match pattern "^[a-z]+$"'],
    ['a deep property', { ...valid, to: { 'a/b': 'x' } }, '/to/a~1b', 'must be a number'],
    ['a deep unknown property', { ...valid, to: { 'c~d': 'x' } }, '/to/c~0d', expect.stringContaining('must not')],
    ['no object at all', null, '', 'must be an object'],
  ])('says where and what for %s', (_, value, path, message) => {
    expect(validate(value)).toEqual([{ path, message }])
  })

  it.each([['5'], [null], [true], [['x']], [[5]]])('changes nothing into a number: %j', (amount) => {
    const value = { ...valid, amount }
    expect(validate(value)).toEqual([{ path: '/amount', message: 'must be an integer' }])
    expect(value.amount).toBe(amount)
  })

  it('does not take what an object inherits for a property of its own', () => {
    const inherits = check({ type: 'object', required: ['constructor'], properties: { constructor: {} } })
    expect(inherits({})).toEqual([{ path: '/constructor', message: 'must be present' }])
    expect(validate(JSON.parse('{"account":"a","amount":1,"__proto__":{}}'))).toHaveLength(1)
  })

  it('fills in no defaults and removes no properties', () => {
    const withDefault = check({ type: 'object', properties: { a: { type: 'string', default: 'x' } } })
    const value = {}
    expect(withDefault(value)).toBeUndefined()
    expect(value).toEqual({})
  })

  it('gives a hostile payload one problem, not one for each of its parts', () => {
    const list = check({ type: 'array', items: { type: 'string' } })
    expect(list(Array.from({ length: 10_000 }, () => 1))).toHaveLength(1)
  })

  it('says of alternatives what each would have accepted', () => {
    const simple = check({ anyOf: [{ const: 'x' }, { type: 'integer' }, { type: 'null' }] })
    expect(simple('y')).toEqual([{ path: '', message: 'must be "x" or an integer or null' }])
    const rich = check({
      oneOf: [
        { type: 'object', properties: { kind: { const: 'a' }, n: { type: 'number' } }, required: ['kind'] },
        { type: 'null' },
      ],
    })
    expect(rich({ kind: 'b' })).toEqual([
      { path: '', message: 'must fit one of the alternatives, each of which fails:' },
      { path: '/kind', message: 'must be "a"' },
      { path: '', message: 'must be null' },
    ])
    expect(rich({ kind: 'a', n: 1, m: 2 })).toBeDefined()
  })

  it('takes the same schema twice, and two schemas with parts of one name', () => {
    const compiler = createSchemaCompiler()
    const list = Type.Cyclic({ Node: Type.Object({ next: Type.Optional(Type.Ref('Node')) }) }, 'Node')
    const other = Type.Cyclic({ Node: Type.Object({ value: Type.Number() }) }, 'Node')
    const checks = [list, list, other].map((schema) => compiler.compile(toJsonSchema(schema, WHAT), WHAT))
    expect(checks.map((fits) => fits({ next: { next: {} } }) === undefined)).toEqual([true, true, false])
    expect(checks[0]?.({ next: { prev: {} } })).toEqual([expect.objectContaining({ path: '/next/prev' })])
  })

  it("accepts the formats that a library checks by a pattern, and a contract's own keywords", () => {
    expect(check(z.object({ id: z.cuid2() }))({ id: 'NO!' })).toHaveLength(1)
    expect(check({ type: 'string', 'x-label': 'Name' } as Schema)('a')).toBeUndefined()
  })

  it('compiles when the first value comes, or when asked whether everything compiles', () => {
    const compiler = createSchemaCompiler()
    const fits = compiler.compile({ type: 'string', format: 'telephone' }, WHAT)
    expect(() => fits('1')).toThrow(`${WHAT}: unknown format "telephone"`)
    expect(() => compiler.assertCompiles()).toThrow(TypeError)
    const good = createSchemaCompiler()
    good.compile(toJsonSchema(deposit, WHAT), WHAT)
    expect(() => good.assertCompiles()).not.toThrow()
  })
})
