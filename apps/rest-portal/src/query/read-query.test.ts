import type { JsonObject } from '@micro/core'
import { expect, it } from 'vitest'
import { Refusal } from '../errors/refusal.ts'
import { readQuery } from './read-query.ts'

const SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    limit: { type: 'integer' },
    rate: { type: 'number' },
    open: { type: 'boolean' },
    maybe: { type: ['integer', 'null'] },
    either: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
    kind: { enum: ['all', 'open'] },
    level: { enum: [1, 2] },
    ids: { type: 'array', items: { type: 'integer' } },
    tags: { type: 'array', items: { $ref: '#/$defs/tag' } },
    point: { type: 'object', properties: { x: { type: 'number' } } },
    any: {},
    referred: { $ref: '#/$defs/number' },
  },
  $defs: { tag: { type: 'string' }, number: { allOf: [{ type: 'integer' }, { minimum: 0 }] } },
  additionalProperties: false,
}

it.each<[string, JsonObject]>([
  ['', {}],
  ['&', {}],
  ['text=5', { text: '5' }],
  ['text=', { text: '' }],
  ['text', { text: '' }],
  ['text=a+b%2Bc', { text: 'a b+c' }],
  ['text=a%3Db=c', { text: 'a=b=c' }],
  ['text=%E2%82%AC%00', { text: '€\0' }],
  ['limit=5', { limit: 5 }],
  ['limit=0', { limit: 0 }],
  ['limit=-12', { limit: -12 }],
  ['rate=1.5', { rate: 1.5 }],
  ['rate=1e3', { rate: 1000 }],
  ['open=true&limit=1', { open: true, limit: 1 }],
  ['open=false', { open: false }],
  ['maybe=null', { maybe: null }],
  ['maybe=3', { maybe: 3 }],
  ['either=5', { either: '5' }],
  ['kind=open', { kind: 'open' }],
  ['level=2', { level: 2 }],
  ['ids=1', { ids: [1] }],
  ['ids=1&ids=2', { ids: [1, 2] }],
  ['tags=1&tags=a', { tags: ['1', 'a'] }],
  ['any=5', { any: '5' }],
  ['referred=7', { referred: 7 }],
  ['unknown=5', { unknown: '5' }],
  ['toString=5', { toString: '5' }],
])('reads "%s"', (query, payload) => {
  expect(readQuery(query, SCHEMA)).toEqual(payload)
})

it.each(
  `limit= limit=five limit=5.0 limit=1e1 limit=05 limit=+5 limit=%205 limit=-0 limit=5n limit=0x5 limit=9007199254740993
  limit=true rate=1. rate=.5 rate=NaN rate=Infinity rate=1e400 rate=-0 rate=0.12345678901234567890 open=1 open=TRUE open=
  open=yes level=1.0 ids=a ids= ids=1&ids=b point=1 maybe= referred=x limit=1&limit=2 text=a&text=b any=1&any=2
  unknown=1&unknown=2 text=% text=%zz %ff=1`.split(/\s+/),
)('refuses "%s"', (query) => {
  expect(() => readQuery(query, SCHEMA)).toThrow(Refusal)
})

it('names the parameter and what it must be', () => {
  expect(() => readQuery('limit=x', SCHEMA)).toThrow('The query parameter "limit" must be an integer.')
  expect(() => readQuery('maybe=x', SCHEMA)).toThrow('The query parameter "maybe" must be an integer or null.')
  expect(() => readQuery('open=x', SCHEMA)).toThrow('The query parameter "open" must be true or false.')
  expect(() => readQuery('point=x', SCHEMA)).toThrow(
    'an object, which does not fit an address: send this view with POST.',
  )
  expect(() => readQuery('text=a&text=b', SCHEMA)).toThrow('The query parameter "text" is there more than once.')
})

it('pollutes no prototype', () => {
  const payload = readQuery('__proto__=x&constructor=y', SCHEMA)
  expect(Object.keys(payload)).toEqual(['__proto__', 'constructor'])
  expect(Object.getPrototypeOf(payload)).toBe(Object.prototype)
})

it('reads what a schema without names or with open ends describes', () => {
  expect(readQuery('a=1', undefined)).toEqual({ a: '1' })
  expect(readQuery('a=1', { type: 'object', additionalProperties: { type: 'integer' } })).toEqual({ a: 1 })
  const recursive: JsonObject = {
    $ref: '#/$defs/node',
    $defs: { node: { properties: { a: { type: 'integer' }, b: { $ref: '#/$defs/node' } } } },
  }
  expect(readQuery('a=1', recursive)).toEqual({ a: 1 })
})
