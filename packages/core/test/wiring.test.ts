import { describe, expect, it } from 'vitest'
import {
  createMicro,
  defineAction,
  defineCommand,
  defineEvents,
  defineModel,
  defineModule,
  defineReducer,
  defineRule,
  defineView,
  defineViewContract,
  isMicroError,
  memoryEventStore,
  type MicroOptions,
} from '@micro/core'
import { account, accountEvents, bankSheets, depositMoney } from './support/bank.ts'

const Empty = { type: 'object', properties: {} } as const

/** Messages of the wiring mistakes in these options, each of which must come with its remedy. */
function mistakes(options: Partial<MicroOptions>): string {
  const error = thrownBy(() => createMicro({ name: 'bank', ...options }))
  if (!isMicroError(error, 'MICRO_WIRING')) throw error
  const problems = error.details?.problems ?? []
  const told = problems.map(({ message, remedy }) => `  - ${message}\n    ${remedy}`)
  expect(error.message.split('\n').slice(1).join('\n')).toBe(told.join('\n'))
  return problems.map(({ message }) => message).join('\n')
}

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return new Error('nothing was thrown')
}

const oneStream = {
  capabilities: { ...memoryEventStore().capabilities, multiStream: false },
  kind: 'one stream',
  open: () => Promise.reject(new Error('never opened')),
}

describe('createMicro', () => {
  it('reports every mistake at once', () => {
    const found = mistakes({
      name: 'Bank!',
      ...({ stroe: 1 } as object),
      concurrency: 0,
      modules: [defineModule({ name: 'a', load: ['b'] })],
      sheets: { ...bankSheets, rules: [...(bankSheets.rules ?? []), ...(bankSheets.rules ?? []).slice(0, 1)] },
    })
    for (const expected of [
      /named "Bank!"/,
      /no option "stroe"/,
      /concurrency/,
      /loads "b"/,
      /Two actions are named "open account"/,
    ])
      expect(found).toMatch(expected)
  })

  it.each<[string, object, RegExp]>([
    ['a port that is no provider', { store: 5 }, /The option store is 5 and no provider/],
    ['sheets that are none', { sheets: 'bank' }, /The option sheets is "bank"/],
    ['a list that is none', { sheets: { rules: depositMoney } }, /has an object as its rules/],
    ['a list of something else', { sheets: { rules: [depositMoney] } }, /something else among its rules/],
    ['an unknown list', { sheets: { rulez: [] } }, /has a list "rulez"/],
    ['a module of one’s own making', { modules: [{ name: 'a' }] }, /has an object at 0/],
    ['modules that are no array', { modules: {} }, /The option modules is an object/],
  ])('refuses %s at once', (_, options, expected) => {
    expect(mistakes(options as Partial<MicroOptions>)).toMatch(expected)
  })

  it.each<[string, Partial<MicroOptions>, RegExp]>([
    ['a contract of another service', { name: 'other', sheets: bankSheets }, /belongs to the service "bank"/],
    [
      'two reducers for one event type and model',
      {
        sheets: {
          ...bankSheets,
          reducers: [
            ...(bankSheets.reducers ?? []),
            defineReducer({ models: { account }, events: accountEvents, on: { 'money deposited': () => undefined } }),
          ],
        },
      },
      /Two reducers handle "money deposited" for model "account"/,
    ],
    ['a model that nothing fills', { sheets: { models: [account] } }, /Nothing ever writes model "account"/],
    [
      'a rule that reads a model of nobody',
      { sheets: { rules: bankSheets.rules ?? [] } },
      /reads model "account", which nothing in this service fills/,
    ],
    [
      'a contract that nothing implements',
      { sheets: { contracts: [depositMoney] } },
      /Nothing implements the command "deposit money"/,
    ],
    [
      'events without a stream',
      {
        sheets: {
          rules: [
            defineRule(defineCommand('try', { service: 'bank', payload: Empty }), {
              emits: accountEvents,
              events: () => [],
            }),
          ],
        },
      },
      /has events but no stream/,
    ],
    [
      'both stream and streams',
      {
        sheets: {
          rules: [
            defineRule(defineCommand('try', { service: 'bank', payload: Empty }), {
              stream: () => 'a',
              streams: () => ['b'],
            }),
          ],
        },
      },
      /both stream and streams/,
    ],
    [
      'several streams on a store that cannot',
      { store: oneStream, sheets: bankSheets },
      /"transfer money" writes to several streams at once/,
    ],
    [
      'an action name that is no plain words',
      {
        sheets: {
          views: [defineView(defineViewContract('Show Me', { service: 'bank', payload: Empty }), { query: () => 1 })],
        },
      },
      /Action name "Show Me"/,
    ],
    [
      'a schema with an unknown keyword',
      {
        sheets: {
          views: [
            defineView(
              defineViewContract('show', { service: 'bank', payload: { type: 'object', propertees: {} } as never }),
              { query: () => 1 },
            ),
          ],
        },
      },
      /propertees/,
    ],
    [
      'a key that the model does not have',
      {
        sheets: {
          reducers: [
            defineReducer({
              models: {
                odd: defineModel('odd', {
                  key: 'nope' as never,
                  schema: { type: 'object', properties: { id: { type: 'string' } } },
                }),
              },
              events: defineEvents({ happened: Empty }),
              on: {},
            }),
          ],
        },
      },
      /on "nope"/,
    ],
    [
      'a handler for an event that is not defined',
      {
        sheets: {
          ...bankSheets,
          reducers: [
            defineReducer({
              models: { account },
              events: accountEvents,
              on: { 'never heard of': () => undefined } as never,
            }),
          ],
        },
      },
      /handles "never heard of"/,
    ],
    [
      'modules in a circle',
      {
        modules: [
          defineModule({ name: 'a', load: ['b'] }),
          defineModule({ name: 'b', load: ['c'] }),
          defineModule({ name: 'c', load: ['a'] }),
        ],
      },
      /circle: a → b → c → a/,
    ],
    [
      'two modules of one name',
      { modules: [defineModule({ name: 'a' }), defineModule({ name: 'a' })] },
      /Two modules are named "a"/,
    ],
    [
      'an exclusive module with sheets',
      { modules: [defineModule({ name: 'a', scope: 'exclusive', sheets: {} })] },
      /exclusive module "a" has sheets/,
    ],
    [
      'a rule without authorize beside an auth module',
      { modules: [defineModule({ name: 'who', provides: 'identity' })], sheets: bankSheets },
      /"deposit money" does not say who may ask/,
    ],
    [
      'a view contract given to a rule',
      { sheets: { rules: [defineRule(defineViewContract('show', { service: 'bank', payload: Empty }) as never, {})] } },
      /contract of a view, not of a command/,
    ],
  ])('reports %s', (_, options, message) => {
    expect(mistakes(options)).toMatch(message)
  })

  it('leaves out what says that it can be left out', async () => {
    const transfer = defineRule(defineCommand('try', { service: 'bank', payload: Empty }), {
      streams: () => ['a', 'b'],
      whenUnsupported: 'omit',
    })
    expect(() => createMicro({ name: 'bank', store: oneStream, sheets: { rules: [transfer] } })).not.toThrow()
  })

  it('reports a name that is added twice, a foreign contract, and a bad name', () => {
    const micro = createMicro({ name: 'bank' }).add('say hello', () => 'hello')
    expect(() => micro.add('say hello', () => 'again')).toThrow(/Two actions are named "say hello"/)
    expect(() => micro.add('Say Hello', () => 'again')).toThrow(/Action name/)
    expect(() => micro.add(defineAction('say bye', { service: 'other', payload: Empty }), () => 1)).toThrow(
      /belongs to the service "other"/,
    )
  })
})
