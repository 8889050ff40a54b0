import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../values/json.ts'
import { findNarrowing } from './find-narrowing.ts'

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
})
const text: JsonObject = { type: 'string' }

describe('findNarrowing', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['the same in another order', { type: 'string', minLength: 1 }, { minLength: 1, type: 'string' }],
    ['a new optional member', object({ a: text }), object({ a: text, b: text })],
    ['a member that need not be there any more', object({ a: text }, { required: ['a'] }), object({ a: text })],
    ['an object that is open now', object({ a: text }), object({ a: text }, { additionalProperties: true })],
    ['a member that is left to the others', object({ a: text }), object({}, { additionalProperties: true })],
    ['an integer that may be any number', { type: 'integer' }, { type: 'number' }],
    ['one more type', text, { type: ['string', 'null'] }],
    ['wider bounds', { type: 'integer', minimum: 1, maximum: 9 }, { type: 'integer', minimum: 0, maximum: 10 }],
    ['no bounds', { type: 'string', minLength: 1, maxLength: 9, pattern: 'x' }, text],
    ['one more value', { enum: ['a'] }, { enum: ['a', 'b'] }],
    ['another description', { ...text, description: 'x' }, { ...text, title: 'y' }],
    ['wider items', { type: 'array', items: text }, { type: 'array', items: { type: ['string', 'null'] } }],
    ['anything', object({ a: text }), {}],
  ])('finds nothing in %s', (_, from, to) => {
    expect(findNarrowing(from, to)).toBeUndefined()
  })

  it.each<[string, JsonObject, JsonObject, string, RegExp]>([
    ['another type', text, { type: 'integer' }, '', /^type is "integer", was "string"/],
    ['a type where there was none', {}, text, '', /^type/],
    ['one type less', { type: ['string', 'null'] }, text, '', /^type/],
    ['a number that must be whole', { type: 'number' }, { type: 'integer' }, '', /^type/],
    [
      'a member that must be there',
      object({ a: text }),
      object({ a: text }, { required: ['a'] }),
      '/a',
      /must be there/,
    ],
    ['a member that has gone', object({ a: text }), object({}), '/a', /not taken any more/],
    ['an object that is closed now', object({}, { additionalProperties: true }), object({}), '', /no other members/],
    ['a higher minimum', { minimum: 1 }, { minimum: 2 }, '', /^minimum is 2, was 1/],
    ['a maximum where there was none', {}, { maxLength: 5 }, '', /^maxLength is 5, was not there/],
    ['a lower maximum', { maxItems: 5 }, { maxItems: 4 }, '', /^maxItems/],
    ['another pattern', { pattern: 'a' }, { pattern: 'b' }, '', /^pattern/],
    ['one value less', { enum: ['a', 'b'] }, { enum: ['a'] }, '', /^enum lacks "b"/],
    ['values where all were taken', text, { type: 'string', enum: ['a'] }, '', /^enum/],
    [
      'deep inside',
      object({ a: object({ b: text }) }),
      object({ a: object({ b: { type: 'null' } }) }),
      '/a/b',
      /^type/,
    ],
    ['items', { type: 'array', items: text }, { type: 'array', items: { type: 'null' } }, '/*', /^type/],
    ['alternatives that differ', { anyOf: [text] }, { anyOf: [{ type: 'null' }] }, '', /^anyOf/],
  ])('finds %s', (_, from, to, path, message) => {
    expect(findNarrowing(from, to)).toEqual({ path, message: expect.stringMatching(message) as string })
  })
})
