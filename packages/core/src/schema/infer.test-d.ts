import Type from 'typebox'
import { describe, expectTypeOf, it } from 'vitest'
import * as z from 'zod'
import type { Infer } from './infer.ts'
import type { Schema } from './schema.ts'

/** As `defineCommand` will be: one signature for everything, and no `as const` in the call. */
declare function define<const S extends Schema>(
  name: string,
  options: { readonly payload: S },
): { readonly payload: Infer<S> }

interface Deposit {
  readonly account: string
  readonly amount: number
  readonly note?: string | null
  readonly kind?: 'cash' | 'cheque'
  readonly tags?: readonly string[]
  readonly to: { readonly iban: string; readonly bic?: string }
}

describe('Infer', () => {
  it('reads a JSON Schema literal without as const', () => {
    const command = define('deposit money', {
      payload: {
        type: 'object',
        required: ['account', 'amount', 'to'],
        properties: {
          account: { type: 'string', minLength: 1 },
          amount: { type: 'integer', minimum: 1 },
          note: { type: ['string', 'null'] },
          kind: { enum: ['cash', 'cheque'] },
          tags: { type: 'array', items: { type: 'string' } },
          to: { type: 'object', required: ['iban'], properties: { iban: { type: 'string' }, bic: { type: 'string' } } },
        },
      },
    })
    expectTypeOf(command.payload).toEqualTypeOf<Deposit>()
  })

  it('reads TypeBox', () => {
    const command = define('deposit money', {
      payload: Type.Object({
        account: Type.String({ minLength: 1 }),
        amount: Type.Integer({ minimum: 1 }),
        note: Type.Optional(Type.Union([Type.String(), Type.Null()])),
        kind: Type.Optional(Type.Union([Type.Literal('cash'), Type.Literal('cheque')])),
        tags: Type.Optional(Type.Array(Type.String())),
        to: Type.Object({ iban: Type.String(), bic: Type.Optional(Type.String()) }),
      }),
    })
    expectTypeOf(command.payload).toEqualTypeOf<Deposit>()
  })

  it('reads zod', () => {
    const command = define('deposit money', {
      payload: z.object({
        account: z.string(),
        amount: z.int(),
        note: z.string().nullable().exactOptional(),
        kind: z.enum(['cash', 'cheque']).exactOptional(),
        tags: z.array(z.string()).exactOptional(),
        to: z.object({ iban: z.string(), bic: z.string().exactOptional() }),
      }),
    })
    expectTypeOf(command.payload).toEqualTypeOf<Deposit>()
  })

  it('is the input of a schema that changes what it is given', () => {
    const schema = z.object({ a: z.string().default('x'), b: z.string().transform((text) => text.length) })
    expectTypeOf<Infer<typeof schema>>().toEqualTypeOf<{ readonly a?: string | undefined; readonly b: string }>()
  })

  it('reads the rest of TypeBox', () => {
    const schema = Type.Object({
      tuple: Type.Tuple([Type.String(), Type.Number()]),
      record: Type.Record(Type.String(), Type.Number()),
      both: Type.Intersect([Type.Object({ a: Type.String() }), Type.Object({ b: Type.String() })]),
      unsafe: Type.Unsafe<{ own: true }>({ type: 'object' }),
      list: Type.Enum(['p', 'q']),
      any: Type.Unknown(),
      never: Type.Optional(Type.Never()),
    })
    interface Read {
      readonly tuple: readonly [string, number]
      readonly record: { readonly [key: string]: number }
      readonly both: { readonly a: string } & { readonly b: string }
      readonly unsafe: { readonly own: true }
      readonly list: 'p' | 'q'
      readonly any: unknown
      readonly never?: never
    }
    expectTypeOf<Infer<typeof schema>>().toEqualTypeOf<Read>()
  })

  it('reads the keywords of JSON Schema', () => {
    expectTypeOf(define('x', { payload: { type: 'string' } }).payload).toEqualTypeOf<string>()
    expectTypeOf(define('x', { payload: { const: 5 } }).payload).toEqualTypeOf<5>()
    expectTypeOf(define('x', { payload: { enum: [1, 'a', null] } }).payload).toEqualTypeOf<1 | 'a' | null>()
    expectTypeOf(define('x', { payload: { type: ['number', 'null'] } }).payload).toEqualTypeOf<number | null>()
    expectTypeOf(define('x', { payload: { oneOf: [{ type: 'string' }, { type: 'boolean' }] } }).payload).toEqualTypeOf<
      string | boolean
    >()
    expectTypeOf(define('x', { payload: { type: 'array' } }).payload).toEqualTypeOf<readonly unknown[]>()
    expectTypeOf(define('x', { payload: {} }).payload).toEqualTypeOf<unknown>()
    expectTypeOf(
      define('x', { payload: { $ref: '#/$defs/a', $defs: { a: { type: 'string' } } } }).payload,
    ).toEqualTypeOf<unknown>()
    expectTypeOf(define('x', { payload: { type: 'object' } }).payload).toEqualTypeOf<{
      readonly [key: string]: unknown
    }>()
    expectTypeOf(
      define('x', { payload: { type: 'object', additionalProperties: { type: 'number' } } }).payload,
    ).toEqualTypeOf<{ readonly [key: string]: number }>()
    expectTypeOf(
      define('x', {
        payload: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], minItems: 2, items: false },
      }).payload,
    ).toEqualTypeOf<readonly [string, number]>()
  })

  it('lets an object that stays open have more than its schema names', () => {
    const { payload } = define('x', {
      payload: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: true },
    })
    expectTypeOf(payload.a).toEqualTypeOf<string>()
    expectTypeOf(payload['other']).toEqualTypeOf<unknown>()
  })

  it('is unknown for a schema whose literal types were lost', () => {
    const lost: Schema = { type: 'string' }
    expectTypeOf<Infer<typeof lost>>().toEqualTypeOf<unknown>()
  })

  it('refuses what cannot be a schema', () => {
    expectTypeOf<'string'>().not.toExtend<Schema>()
    expectTypeOf<{ readonly amount: { readonly type: 'number' } }>().not.toExtend<Schema>()
    // @ts-expect-error a property name is no keyword
    define('x', { payload: { amount: { type: 'number' } } })
  })
})
