import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { checkMetaSchema } from './check-meta-schema.ts'
import { compileSchema } from './compile-schema.ts'
import type { Schema } from './schema.ts'
import { toJsonSchema } from './to-json-schema.ts'

const WHAT = "the payload of 'deposit money'"
const convert = (schema: unknown) => toJsonSchema(schema as Schema, WHAT)
const accepts = (schema: unknown, value: unknown): boolean => compileSchema(convert(schema), WHAT)(value) === undefined

const text = { type: 'string' }
const objectWith = (...names: string[]) => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, text])),
})

describe('toJsonSchema', () => {
  it('gives plain, frozen JSON of draft 2020-12 for TypeBox and zod', () => {
    const typeBox = Type.Object({
      a: Type.Optional(Type.Integer({ minimum: 1 })),
      b: Type.Union([Type.Literal('x'), Type.Null()]),
      c: Type.Tuple([Type.String(), Type.Number()]),
      d: Type.Record(Type.String(), Type.Number()),
    })
    expect(convert(typeBox)).toStrictEqual({
      type: 'object',
      required: ['b', 'c', 'd'],
      properties: {
        a: { type: 'integer', minimum: 1 },
        b: { anyOf: [{ type: 'string', const: 'x' }, { type: 'null' }] },
        c: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false, minItems: 2 },
        d: { type: 'object', patternProperties: { '^.*$': { type: 'number' } }, additionalProperties: false },
      },
      additionalProperties: false,
    })
    expect(convert(z.object({ a: z.int().min(1).optional(), b: z.string().nullable() }))).toStrictEqual({
      type: 'object',
      required: ['b'],
      properties: { a: { type: 'integer', minimum: 1, maximum: 2 ** 53 - 1 }, b: { type: ['string', 'null'] } },
      additionalProperties: false,
    })
    expect(Object.isFrozen(convert(typeBox)['properties'])).toBe(true)
  })

  it('takes the input side of a library that tells input from output', () => {
    expect(convert(z.object({ a: z.string().default('x') }))['required']).toBeUndefined()
  })

  it('makes of every kind of schema something that ajv and the meta-schema accept', () => {
    const Tree = z.object({
      value: z.number(),
      get children() {
        return z.array(Tree)
      },
    })
    const schemas = [
      z.object({
        mail: z.email(),
        at: z.iso.datetime(),
        id: z.uuid(),
        link: z.url(),
        base: z.base64(),
        jwt: z.cuid2(),
        either: z.discriminatedUnion('t', [
          z.object({ t: z.literal('a') }),
          z.object({ t: z.literal('b'), n: z.number() }),
        ]),
        any: z.unknown(),
        json: z.json(),
        record: z.record(z.enum(['k']), z.number()),
        tuple: z.tuple([z.string()]).rest(z.number()),
        named: z.string().meta({ id: 'Named', title: 'Name', examples: ['x'] }),
        loose: z.looseObject({ a: z.string() }),
        both: z.intersection(z.object({ a: z.string() }), z.object({ b: z.string() })),
        many: z.union([z.string(), z.number().int().min(3)]),
      }),
      Tree,
      Type.Object({
        both: Type.Intersect([Type.Object({ a: Type.String() }), Type.Object({ b: Type.String() })]),
        list: Type.Array(Type.Enum(['p', 'q'])),
        any: Type.Unknown(),
        never: Type.Optional(Type.Never()),
        text: Type.TemplateLiteral('a${string}'),
      }),
    ]
    for (const schema of schemas) {
      expect(checkMetaSchema(convert(schema))).toBeUndefined()
      expect(() => compileSchema(convert(schema), WHAT)({})).not.toThrow()
    }
  })

  it.each([
    [undefined, 'there is no schema'],
    [null, 'this is no schema'],
    ['string', 'give a JSON Schema object'],
    [[], 'give a JSON Schema object'],
    [{ amount: { type: 'number' } }, "{ type: 'object', properties: { amount: … } }"],
    [{ type: 'string', minlength: 1 }, "did you mean 'minLength'"],
    [{ type: 'string', nullable: true }, "type: ['string', 'null']"],
    [{ type: 'text' }, 'unknown type "text"'],
    [{ type: 'object', properties: { a: { type: 'text' } } }, 'at /properties/a'],
    [{ properties: { a: { type: 'string' } } }, "uses properties but states no type; add type: 'object'"],
    [{ type: 'string', minimum: 1 }, 'uses minimum but has the type "string"; add type: \'number\''],
    [{ type: 'array', items: { minLength: 1 } }, 'at /items uses minLength'],
    [{ $schema: 'http://json-schema.org/draft-07/schema#', type: 'string' }, 'draft 2020-12'],
    [{ type: 'string', format: 'telephone' }, "unknown format 'telephone'; write a pattern, or one of date"],
    [{ type: 'string', pattern: '(' }, 'no regular expression'],
    [{ type: 'string', pattern: /a/i }, "flags 'i'"],
    [{ $ref: '#/$defs/missing' }, "$ref '#/$defs/missing' leads to no part"],
    [{ $ref: 'https://example.com/schema' }, 'leads to no part'],
    [{ default: new Date(0) }, 'holds JSON only'],
    [{ const: 1n }, 'a bigint'],
    [z.date(), 'zod cannot say this schema in JSON Schema'],
    [{ '~standard': { version: 1, vendor: 'valibot', validate: () => ({ value: 1 }) } }, 'toStandardJsonSchema()'],
    [{ $defs: { a: { $id: 'n', type: 'string' }, b: { $id: 'n', type: 'number' } }, $ref: 'n' }, "both called 'n'"],
  ])('refuses %o with a remedy', (schema, remedy) => {
    expect(() => convert(schema)).toThrow(TypeError)
    expect(() => convert(schema)).toThrow(remedy)
    expect(() => convert(schema)).toThrow(WHAT)
  })

  it('asks for no type in a part of a schema that states it, nor from a library', () => {
    const schema = { type: 'object', properties: { a: text }, anyOf: [{ required: ['a'] }, { maxProperties: 0 }] }
    expect(accepts(schema, { a: 'x' })).toBe(true)
    const library = { anyOf: [{ type: 'string' }, { const: 'x' }], format: 'uuid' }
    const standard = { '~standard': { version: 1, vendor: 'arktype', jsonSchema: { input: () => library } } }
    expect(accepts(standard, '3b241101-e2bb-4255-8caf-4136c566a962')).toBe(true)
    expect(
      accepts(
        Object.assign(() => {}, standard),
        7,
      ),
    ).toBe(false)
    expect(() => convert(library)).toThrow('uses format')
  })

  it('refuses a schema that contains itself', () => {
    const schema: Record<string, unknown> = { type: 'object' }
    schema['properties'] = { self: schema }
    expect(() => convert(schema)).toThrow('$defs and $ref')
  })

  it('leads names of parts to places within the schema', () => {
    const schema = {
      $id: 'https://example.com/tree',
      $defs: {
        leaf: { $anchor: 'leaf', type: 'string' },
        'a b/c': { $id: 'inner', $defs: { x: { type: 'number' } }, $ref: '#/$defs/x' },
      },
      type: 'object',
      properties: {
        a: { $ref: '#leaf' },
        b: { $ref: 'inner' },
        c: { $ref: '#' },
        d: { $ref: 'https://example.com/tree#/$defs/leaf' },
      },
    }
    expect(convert(schema)['properties']).toEqual({
      a: { $ref: '#/$defs/leaf' },
      b: { $ref: '#/$defs/a%20b~1c' },
      c: { $ref: '#' },
      d: { $ref: '#/$defs/leaf' },
    })
    expect(accepts(schema, { a: 'x', b: 1, c: { b: 2 }, d: 'y' })).toBe(true)
    expect(accepts(schema, { c: { b: 'x' } })).toBe(false)
  })
})

describe('closed objects', () => {
  it('refuse unknown properties at every depth', () => {
    const schema = {
      type: 'object',
      properties: { a: objectWith('b'), list: { type: 'array', items: objectWith('c') } },
    }
    expect(accepts(schema, { a: { b: 'x' }, list: [{ c: 'x' }] })).toBe(true)
    for (const value of [{ x: 1 }, { a: { x: 1 } }, { list: [{ x: 1 }] }]) expect(accepts(schema, value)).toBe(false)
  })

  it('stay open where the schema says so, and are left alone where it names no properties', () => {
    expect(accepts({ ...objectWith('a'), additionalProperties: true }, { b: 1 })).toBe(true)
    expect(accepts({ ...objectWith('a'), additionalProperties: { type: 'number' } }, { b: 1 })).toBe(true)
    expect(accepts({ ...objectWith('a'), unevaluatedProperties: { type: 'number' } }, { b: 1 })).toBe(true)
    expect(accepts(z.looseObject({ a: z.string() }), { a: 'x', b: 1 })).toBe(true)
    expect(accepts({ type: 'object' }, { b: 1 })).toBe(true)
  })

  it('take the properties of all parts of an allOf, and no others', () => {
    const schema = { allOf: [objectWith('a'), objectWith('b')] }
    expect(accepts(schema, { a: 'x', b: 'x' })).toBe(true)
    expect(accepts(schema, { a: 'x', c: 'x' })).toBe(false)
    expect(
      accepts(Type.Intersect([Type.Object({ a: Type.String() }), Type.Object({ b: Type.String() })]), {
        a: 'x',
        b: 'x',
      }),
    ).toBe(true)
  })

  it('leave open a part that allOf refers to, and close it where it is used alone', () => {
    const schema = {
      $defs: { base: objectWith('id') },
      type: 'object',
      properties: {
        extended: { allOf: [{ $ref: '#/$defs/base' }, objectWith('more')] },
        extendedToo: { $ref: '#/$defs/base', ...objectWith('more') },
        plain: { $ref: '#/$defs/base' },
      },
    }
    expect(
      accepts(schema, { extended: { id: 'x', more: 'y' }, extendedToo: { id: 'x', more: 'y' }, plain: { id: 'x' } }),
    ).toBe(true)
    for (const name of ['extended', 'extendedToo', 'plain'])
      expect(accepts(schema, { [name]: { other: 'x' } })).toBe(false)
    expect(accepts(schema, { plain: { more: 'x' } })).toBe(false)
  })

  it('are the alternatives of a union, each by itself', () => {
    const schema = { anyOf: [objectWith('a'), objectWith('b'), { type: 'null' }] }
    expect(accepts(schema, { a: 'x' })).toBe(true)
    expect(accepts(schema, null)).toBe(true)
    expect(accepts(schema, { a: 'x', b: 'x' })).toBe(false)
  })

  it('take the properties beside the alternatives too', () => {
    const schema = {
      ...objectWith('a'),
      oneOf: [
        { ...objectWith('b'), required: ['b'] },
        { ...objectWith('c'), required: ['c'] },
      ],
    }
    expect(accepts(schema, { a: 'x', b: 'x' })).toBe(true)
    expect(accepts(schema, { a: 'x', d: 'x', b: 'x' })).toBe(false)
  })

  it('do not change what is asked by if, then and not', () => {
    const schema = {
      ...objectWith('kind', 'iban', 'card'),
      if: { type: 'object', properties: { kind: { const: 'bank' } }, required: ['kind'] },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { type: 'object', properties: { iban: text }, required: ['iban'] },
      not: { type: 'object', properties: { card: { const: 'stolen' } }, required: ['card'] },
    }
    expect(accepts(schema, { kind: 'bank', iban: 'x' })).toBe(true)
    expect(accepts(schema, { kind: 'bank', card: 'x' })).toBe(false)
    expect(accepts(schema, { card: 'stolen', iban: 'x' })).toBe(false)
    expect(accepts(schema, { kind: 'cash', other: 'x' })).toBe(false)
  })

  it('take recursive schemas', () => {
    const tree = z.object({
      value: z.number(),
      get next() {
        return tree.optional()
      },
    })
    expect(accepts(tree, { value: 1, next: { value: 2 } })).toBe(true)
    expect(accepts(tree, { value: 1, next: { value: 2, extra: 3 } })).toBe(false)
  })
})
