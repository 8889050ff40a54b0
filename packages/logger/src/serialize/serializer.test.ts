import { MicroError, Secret } from '@micro/core'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { sensitiveKeys } from '../redact/sensitive-keys.ts'
import { LIMITS } from './limits.ts'
import { createSerializer } from './serializer.ts'

const serializer = createSerializer(sensitiveKeys([]))
/** As a reader of the line gets it. */
const fields = (value: unknown): unknown => JSON.parse(JSON.stringify(serializer.fields(value)))

describe('values', () => {
  it('keeps plain data as it is', () => {
    const data = { a: 1, b: 'two', c: true, d: null, e: [1, [2]], f: { g: {} } }
    expect(fields(data)).toEqual(data)
  })

  it('gives everything else a readable form', () => {
    const values = {
      big: 12n,
      nan: Number.NaN,
      infinite: -Infinity,
      symbol: Symbol('s'),
      function: () => 1,
      date: new Date(0),
      noDate: new Date(Number.NaN),
      map: new Map<unknown, unknown>([
        ['k', 1],
        [{}, 2],
      ]),
      set: new Set([1, 2]),
      bytes: Buffer.from('hunter2'),
      typed: new Float64Array(2),
      url: new URL('http://bob:hunter2@a.example/'),
      regexp: /a/g,
      promise: Promise.resolve(1),
      boxed: new String('text'),
      nothing: undefined,
      holes: [undefined, 1],
      json: { toJSON: () => ({ as: 'json' }) },
    }
    expect(fields(values)).toEqual({
      big: '12',
      nan: 'NaN',
      infinite: '-Infinity',
      symbol: 'Symbol(s)',
      function: '[function]',
      date: '1970-01-01T00:00:00.000Z',
      noDate: '[invalid date]',
      map: { k: 1, '[object]': 2 },
      set: [1, 2],
      bytes: '[7 bytes]',
      typed: '[16 bytes]',
      url: 'http://[redacted]@a.example/',
      regexp: '/a/g',
      promise: '[promise]',
      boxed: 'text',
      holes: [null, 1],
      json: { as: 'json' },
    })
  })

  it('takes an error or a single value in place of fields', () => {
    expect(fields(new Error('broken'))).toMatchObject({ err: { name: 'Error', message: 'broken' } })
    expect(fields('text')).toEqual({ value: 'text' })
    expect(fields([1])).toEqual({ value: [1] })
    expect(fields(undefined)).toEqual({})
    expect(fields(null)).toEqual({})
  })
})

describe('secrets', () => {
  it('redacts a Secret by its type, wherever it is', () => {
    const hidden = new Secret('hunter2')
    const circular: Record<string, unknown> = { hidden }
    circular['self'] = circular
    const value = { a: hidden, b: [hidden], c: { d: new Map([['e', hidden]]) }, f: new Set([hidden]), circular }
    expect(JSON.stringify(fields(value))).not.toContain('hunter2')
    expect(fields({ a: hidden })).toEqual({ a: '[redacted]' })
  })

  it('redacts the Secret of another copy of core by its brand', () => {
    const foreign = Object.assign({ value: 'hunter2' }, { [Symbol.for('@micro/core/secret')]: true })
    expect(fields({ foreign })).toEqual({ foreign: '[redacted]' })
  })

  it('redacts what is named by a neighbour', () => {
    expect(fields({ header: ['Authorization', 'hunter2', 'Accept', 'text/html'] })).toEqual({
      header: ['Authorization', '[redacted]', 'Accept', 'text/html'],
    })
    expect(fields({ form: [{ name: 'password', value: 'hunter2' }] })).toEqual({
      form: [{ name: 'password', value: '[redacted]' }],
    })
    expect(fields({ form: [{ value: 'hunter2', name: 'password' }] })).toEqual({
      form: [{ name: 'password', value: '[redacted]' }],
    })
  })

  it('does not even look at the value of a sensitive key', () => {
    let isRead = false
    const value = {
      toJSON() {
        isRead = true
        return 'hunter2'
      },
    }
    expect(fields({ password: value, token: 5, secret: null })).toEqual({
      password: '[redacted]',
      token: '[redacted]',
      secret: '[redacted]',
    })
    expect(isRead).toBe(false)
  })

  it('redacts in what toJSON gives, in JSON inside of texts, and in keys', () => {
    const json = JSON.stringify({ a: { password: 'hunter2' }, inner: JSON.stringify({ token: 'hunter2' }) })
    const shown = fields({ a: { toJSON: () => ({ password: 'hunter2' }) }, json, 'password=hunter2': 1 })
    expect(JSON.stringify(shown)).not.toContain('hunter2')
    expect((shown as { json: string }).json).toBe(
      JSON.stringify({ a: { password: '[redacted]' }, inner: JSON.stringify({ token: '[redacted]' }) }),
    )
  })
})

describe('errors', () => {
  it('shows a MicroError with code, message, outcome, details, causes and stack', () => {
    const cause = new TypeError('deeper', { cause: new Error('deepest') })
    const error = new MicroError('MICRO_INVALID', 'The payload is wrong.', {
      details: { problems: [{ path: '/a', message: 'is missing' }] },
      cause,
      service: 'bank',
    })
    expect(fields({ err: error })).toEqual({
      err: {
        name: 'MicroError',
        code: 'MICRO_INVALID',
        message: 'The payload is wrong.',
        details: { problems: [{ path: '/a', message: 'is missing' }] },
        retryable: false,
        outcome: 'none',
        service: 'bank',
        fatal: false,
        cause: {
          name: 'TypeError',
          message: 'deeper',
          cause: {
            name: 'Error',
            message: 'deepest',
            stack: expect.stringMatching(/^Error: deepest\n {4}at /) as string,
          },
          stack: expect.stringMatching(/^TypeError: deeper\n {4}at /) as string,
        },
        stack: expect.stringMatching(/^MicroError: The payload is wrong\.\n {4}at /) as string,
      },
    })
  })

  it('shows system errors, parts of an AggregateError, errors of other realms and non-errors as causes', () => {
    const system = Object.assign(new Error('ENOSPC'), { errno: -28, syscall: 'write' })
    const aggregate = new AggregateError([system, 'text'], 'several', { cause: 'why' })
    const foreign = runInNewContext('new RangeError("foreign")') as unknown
    expect(fields({ aggregate, foreign })).toMatchObject({
      aggregate: { message: 'several', cause: 'why', errors: [{ errno: -28, syscall: 'write' }, 'text'] },
      foreign: { name: 'RangeError', message: 'foreign' },
    })
  })

  it('redacts what an error carries, in its message and stack too', () => {
    const error = Object.assign(new Error('refused: password=hunter2'), {
      payload: { password: 'hunter2', list: [{ Token: 'hunter2' }] },
      config: { headers: { Authorization: 'Bearer hunter2hunter2' } },
    })
    expect(JSON.stringify(fields({ err: new Error('outer', { cause: error }) }))).not.toContain('hunter2')
  })

  it('redacts a secret that spans lines of a long message in the stack', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${'hunter2\n'.repeat(2000)}-----END PRIVATE KEY-----`
    expect(JSON.stringify(fields({ err: new Error(`no key: ${key}`) }))).not.toContain('hunter2')
  })

  it('keeps the places of a stack whose files have telling names', () => {
    const error = new Error('broken')
    error.stack = 'Error: broken\n    at reveal (file:///app/secret.ts:10:5)\n    at /app/token.js:1:2'
    expect(fields({ error })).toMatchObject({ error: { stack: error.stack } })
  })

  it('lets no message begin a line of its own in the stack', () => {
    const stack = (fields({ err: new Error('broken\nINFO: forged\r\nINFO: twice') }) as { err: { stack: string } }).err
      .stack
    for (const line of stack.split('\n').slice(1)) expect(line).toMatch(/^ {4}at /)
    const odd = Object.assign(new Error('broken'), { stack: 'unlike the message\nINFO: forged' })
    expect(fields({ odd })).toMatchObject({ odd: { stack: 'unlike the message\n    INFO: forged' } })
  })
})

describe('limits', () => {
  it('ends in depth', () => {
    let deep: unknown = 'bottom'
    for (let level = 0; level < 10_000; level += 1) deep = { deep }
    expect(JSON.stringify(fields(deep))).toContain('[too deep]')
    let cause = new Error('0')
    for (let level = 1; level < 1000; level += 1) cause = new Error(String(level), { cause })
    expect(JSON.stringify(fields({ err: cause })).length).toBeLessThan(LIMITS.lineText)
  })

  it('ends in width, and says what is missing', () => {
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`key${index}`, index]))
    expect(fields(wide)).toHaveProperty('…', '900 more')
    expect((fields({ list: Array.from({ length: 1_000_000 }).fill(1) }) as { list: unknown[] }).list).toHaveLength(101)
    expect(
      (fields({ set: new Set(Array.from({ length: 500 }, (_, index) => index)) }) as { set: unknown[] }).set.at(-1),
    ).toBe('… 400 more')
  })

  it('ends in length', () => {
    const { text } = fields({ text: 'x'.repeat(1_000_000) }) as { text: string }
    expect(text).toBe(`${'x'.repeat(LIMITS.text)}… (1000000 characters)`)
    const many = fields({ list: Array.from({ length: 100 }, () => 'y'.repeat(5000)) })
    expect(JSON.stringify(many).length).toBeLessThan(LIMITS.lineText * 1.2)
    const tree = (depth: number): unknown => (depth === 0 ? 1 : Array.from({ length: 50 }, () => tree(depth - 1)))
    expect(JSON.stringify(fields({ tree: tree(3) })).length).toBeLessThan(LIMITS.lineText)
    expect(Object.keys(fields({ ['k'.repeat(5000)]: 1 }) as object)[0]).toBe(`${'k'.repeat(LIMITS.key)}…`)
  })

  it('shows an object that occurs twice twice, and a circle as such', () => {
    const shared = { a: 1 }
    const circle: Record<string, unknown> = { shared, again: shared }
    circle['self'] = circle
    expect(fields(circle)).toEqual({ shared: { a: 1 }, again: { a: 1 }, self: '[circular]' })
    const error = new Error('own cause')
    error.cause = error
    expect(fields({ error })).toMatchObject({ error: { cause: '[circular]' } })
  })
})

const throwing = (): never => {
  throw new Error('hunter2')
}
const hostileProxy = (): object =>
  new Proxy(
    {},
    { get: throwing, has: throwing, ownKeys: throwing, getPrototypeOf: throwing, getOwnPropertyDescriptor: throwing },
  )
const revoked = Proxy.revocable({}, {})
revoked.revoke()
const revokedList = Proxy.revocable([], {})
revokedList.revoke()
const selfish = new String('x')
selfish.valueOf = () => selfish as never

const HOSTILE: Readonly<Record<string, unknown>> = {
  getter: Object.defineProperty({}, 'a', { enumerable: true, get: throwing }),
  toJson: { toJSON: throwing },
  toJsonGetter: Object.defineProperty({}, 'toJSON', { get: throwing }),
  endlessToJson: { toJSON: () => ({ toJSON: (HOSTILE['endlessToJson'] as { toJSON: unknown }).toJSON }) },
  selfToJson: {
    toJSON() {
      return this
    },
  },
  proxy: hostileProxy(),
  revoked: revoked.proxy,
  revokedList: revokedList.proxy,
  selfish,
  nullPrototype: Object.assign(Object.create(null) as object, { a: 1 }),
  proto: JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}') as unknown,
  noHasOwn: { hasOwnProperty: 1, toString: 1, valueOf: 1, constructor: 1 },
  badDate: Object.assign(new Date(0), { toISOString: throwing, getTime: throwing }),
  badMap: Object.assign(new Map([[hostileProxy(), hostileProxy()]]), { forEach: throwing }),
  badSymbol: { [Symbol.toPrimitive]: throwing, [Symbol.toStringTag]: 'Error' },
  badError: Object.defineProperties(new Error('a'), {
    // First: V8 makes the stack, with the message, when it is replaced.
    stack: { get: throwing },
    message: { get: throwing },
    name: { enumerable: true, get: throwing },
  }),
  errorWithObjects: Object.assign(new Error('a'), { stack: { a: 1 }, name: Symbol('n'), message: 5 }),
  errorProxy: new Proxy(new Error('a'), { get: throwing, getPrototypeOf: throwing }),
  sparse: Object.assign([], { length: 4_294_967_295 }),
  http: { method: 'GET', headers: { cookie: 'hunter2' }, socket: {}, setHeader: throwing },
  bigKeys: { 1: 1n, '': '', '\n': '\r\n', '\u001b[2J': '\u001b[2J', '"': '\\', '\ud800': '\udfff' },
  arguments: (function (..._rest: unknown[]) {
    return arguments
  })(1, 2),
  generator: (function* () {
    yield throwing()
  })(),
  weak: [new WeakMap(), new WeakSet(), new WeakRef({})],
  global: globalThis,
}

describe('hostile values', () => {
  it.each(Object.keys(HOSTILE))('never throws, never leaks, always gives JSON: %s', (name) => {
    const value = HOSTILE[name]
    for (const given of [value, { value }, { deep: [{ value }] }, new Map([['value', value]])]) {
      const text = JSON.stringify(serializer.fields(given))
      expect(text).not.toContain('hunter2')
      expect(JSON.parse(text)).toBeTypeOf('object')
      expect(text.length).toBeLessThan(LIMITS.lineText * 2)
      expect(serializer.text(value)).toBeTypeOf('string')
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('shows what can be shown of them', () => {
    const text = (value: unknown): string => JSON.stringify(serializer.fields(value))
    expect(text(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}')
    expect(text({ a: 1, toJSON: (HOSTILE['selfToJson'] as { toJSON: unknown }).toJSON })).toBe(
      '{"a":1,"toJSON":"[function]"}',
    )
    const date = Object.assign(new Date(0), { toISOString: () => ({ any: 'hunter2' }) })
    expect(text({ date })).toBe('{"date":"1970-01-01T00:00:00.000Z"}')
  })

  it('shows one unreadable property and the others beside it', () => {
    const value = Object.defineProperty({ before: 1, after: 2 }, 'broken', { enumerable: true, get: throwing })
    expect(fields(value)).toEqual({ before: 1, after: 2, broken: '[unreadable]' })
  })
})
