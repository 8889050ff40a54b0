import { expectTypeOf, it } from 'vitest'
import { Type } from 'typebox'
import { z } from 'zod'
import {
  type CallResult,
  defineAction,
  defineCommand,
  defineEvents,
  defineModel,
  defineReducer,
  defineRule,
  defineView,
  defineViewContract,
  type Micro,
} from '@micro/core'

declare const micro: Micro

interface Money {
  readonly account: string
  readonly amount: number
}

const fromJsonSchema = defineCommand('deposit money', {
  service: 'bank',
  payload: {
    type: 'object',
    properties: { account: { type: 'string' }, amount: { type: 'integer' } },
    required: ['account', 'amount'],
  },
  response: {
    type: 'object',
    properties: { balance: { type: 'integer' }, note: { type: 'string' } },
    required: ['balance'],
  },
})
const fromTypeBox = defineCommand('deposit money', {
  service: 'bank',
  payload: Type.Object({ account: Type.String(), amount: Type.Integer() }),
  response: Type.Object({ balance: Type.Integer(), note: Type.Optional(Type.String()) }),
})
const fromZod = defineCommand('deposit money', {
  service: 'bank',
  payload: z.object({ account: z.string(), amount: z.int() }),
  response: z.object({ balance: z.int(), note: z.string().optional() }),
})

it('types act by its contract, whatever library the schema is of', () => {
  const asked: Money = { account: 'alice', amount: 1 }
  for (const contract of [fromJsonSchema, fromTypeBox]) {
    expectTypeOf(micro.act(contract, asked)).resolves.toEqualTypeOf<{
      readonly balance: number
      readonly note?: string
    }>()
    expectTypeOf(micro.call(contract, asked)).resolves.toEqualTypeOf<
      CallResult<{ readonly balance: number; readonly note?: string }>
    >()
  }
  expectTypeOf(micro.act(fromZod, asked)).resolves.toEqualTypeOf<{
    readonly balance: number
    readonly note?: string | undefined
  }>()
  // @ts-expect-error an amount is a number
  void micro.act(fromJsonSchema, { account: 'alice', amount: '1' })
  // @ts-expect-error the amount is missing
  void micro.act(fromTypeBox, { account: 'alice' })
  // @ts-expect-error there is no such property
  void micro.act(fromZod, { account: 'alice', amount: 1, more: true })
})

it('leaves a call by name untyped', () => {
  expectTypeOf(micro.act('deposit money', { anything: 1 })).resolves.toEqualTypeOf<unknown>()
  expectTypeOf(micro.act<{ balance: number }>('deposit money')).resolves.toEqualTypeOf<{ balance: number }>()
})

it('types plain actions', () => {
  const multiply = defineAction('multiply', {
    service: 'calculator',
    payload: Type.Object({ a: Type.Number(), b: Type.Number() }),
    response: Type.Number(),
  })
  micro.add(multiply, ({ a, b }) => a * b)
  expectTypeOf(multiply.kind).toEqualTypeOf<'action'>()
  // @ts-expect-error a number is to be answered
  micro.add(multiply, () => 'text')
  micro.add('multiply two numbers', ({ first, second }) => first * second)
})

it('types rules, reducers and views without a cast', () => {
  const events = defineEvents({
    'money deposited': {
      type: 'object',
      properties: { account: { type: 'string' }, amount: { type: 'integer' } },
      required: ['account', 'amount'],
    },
    'account closed': Type.Object({ account: Type.String() }),
  })
  const account = defineModel('account', {
    key: 'id',
    schema: {
      type: 'object',
      properties: { id: { type: 'string' }, balance: { type: 'integer' } },
      required: ['id', 'balance'],
    },
    indexes: ['balance'],
  })
  const Row = Type.Object({ id: Type.String() })
  // @ts-expect-error an index is a property of the rows
  defineModel('account', { key: 'id', schema: Row, indexes: ['nope'] })

  defineRule(fromJsonSchema, {
    models: { account },
    lookups: { other: account },
    emits: events,
    stream: (payload, { newId }) => {
      expectTypeOf(payload).toEqualTypeOf<Money>()
      return newId('x')
    },
    validate: async (payload, { models, lookups, identity }) => {
      expectTypeOf(payload.amount).toEqualTypeOf<number>()
      expectTypeOf(await models.account.require('x')).toEqualTypeOf<{ readonly id: string; readonly balance: number }>()
      expectTypeOf(await lookups.other.get('x')).toEqualTypeOf<
        { readonly id: string; readonly balance: number } | undefined
      >()
      return identity.can('x') ? undefined : 'no'
    },
    events: (payload) => [{ type: 'money deposited', data: payload }],
    respond: ({ events: recorded, payload }) => {
      const [first] = recorded
      if (first?.type === 'money deposited') expectTypeOf(first.data).toEqualTypeOf<Money>()
      return { balance: payload.amount }
    },
  })
  defineRule(fromJsonSchema, {
    emits: events,
    stream: () => 'x',
    // @ts-expect-error there is no such event
    events: () => [{ type: 'money stolen', data: {} }],
  })
  defineRule(fromJsonSchema, {
    // @ts-expect-error the balance is missing
    respond: () => ({}),
  })
  defineRule(fromJsonSchema, {
    emits: events,
    stream: () => 'x',
    events: (payload) => ({ events: [{ type: 'money deposited', data: payload }], keep: 'token' }),
    respond: ({ keep }) => {
      expectTypeOf(keep).toEqualTypeOf<string | undefined>()
      return { balance: 1 }
    },
  })
  defineReducer({
    models: { account },
    events,
    on: {
      'money deposited': ({ data, stream }, models) => {
        expectTypeOf(data).toEqualTypeOf<Money>()
        expectTypeOf(stream).toEqualTypeOf<string>()
        models.account.update(data.account, (row) => ({ ...row, balance: row.balance + data.amount }))
        // @ts-expect-error a row needs its balance
        models.account.insert({ id: 'x' })
      },
      // @ts-expect-error there is no such event
      'money stolen': () => undefined,
    },
  })
  const list = defineViewContract('list', {
    service: 'bank',
    payload: Type.Object({ owner: Type.String() }),
    response: Type.Array(Type.Object({ id: Type.String(), balance: Type.Integer() })),
  })
  defineView(list, { models: { account }, query: ({ owner }, { models }) => models.account.find({ owner }) })
  // @ts-expect-error the rows are not text
  defineView(list, { models: { account }, query: () => ['text'] })
})
