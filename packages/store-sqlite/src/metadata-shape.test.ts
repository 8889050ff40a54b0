import type { JsonObject } from '@micro/core'
import { describe, expect, it } from 'vitest'
import { MetadataShape } from './metadata-shape.ts'

const id = '01939b2a-0000-7000-8000-000000000001'
const format1: JsonObject = {
  format: 1,
  commandId: id,
  correlationId: '01939b2a-0000-7000-8000-00000000000c',
  causationId: '01939b2a-0000-7000-8000-00000000000c',
  subject: 'user-4711',
  service: 'bank',
  rule: 'deposit money',
  ruleVersion: 1,
  ruleHash: 'a'.repeat(40),
  eventVersion: 1,
  index: 0,
  count: 1,
  payloadDigest: 'b'.repeat(43),
  user: { note: ['x', null, { deep: true }] },
}

function roundTrip(metadata: JsonObject, eventId: string = id): { readonly back: JsonObject; readonly stored: string } {
  const shape = MetadataShape.of(metadata, eventId) as MetadataShape
  const stored = shape.encode(metadata, eventId) as string
  return { back: MetadataShape.parse(shape.template).decode(stored, eventId), stored }
}

describe('MetadataShape', () => {
  it.each<[string, JsonObject]>([
    ['of the format', format1],
    ['empty', {}],
    ['of strangers', { a: 1, b: 'two', c: [3], d: { e: 4 }, f: null, g: false }],
    ['whose constants are no scalars', { service: { name: 'bank' }, rule: null, ruleVersion: ['1'], format: true }],
    ['whose constants are long', { service: 'x'.repeat(1000) }],
    ['with the id in odd places', { rule: id, user: { id }, a: id, b: id }],
    ['with odd keys', { '': 1, 10: 'ten', 2: 'two', constructor: 'c', toString: 'same as', 'a"b': 'event id' }],
    ['with short repeats', { a: 'x', b: 'x', c: 1, d: 1 }],
    ['with long repeats', { a: 'x'.repeat(20), b: 'x'.repeat(20), c: 'x'.repeat(20) }],
  ])('gives back metadata %s, keys in their order', (_, metadata) => {
    const { back } = roundTrip(metadata)
    expect(JSON.stringify(back)).toBe(JSON.stringify(metadata))
  })

  it('stores of the format only what differs from event to event', () => {
    const { stored } = roundTrip(format1)
    expect(JSON.parse(stored)).toEqual([
      format1['correlationId'],
      'user-4711',
      0,
      1,
      format1['payloadDigest'],
      format1['user'],
    ])
  })

  it.each<[string, JsonObject]>([
    ['another constant', { ...format1, rule: 'withdraw money' }],
    ['another event id', { ...format1, commandId: 'x'.repeat(36) }],
    ['one key less', { format: 1 }],
    ['one key more', { ...format1, more: 1 }],
    ['another repeat', { ...format1, causationId: 'y'.repeat(36) }],
    ['another order', Object.fromEntries(Object.entries(format1).reverse())],
  ])('does not take metadata with %s', (_, metadata) => {
    expect(MetadataShape.of(format1, id)?.encode(metadata, id)).toBeUndefined()
  })

  it('leaves metadata whole that would set a prototype', () => {
    expect(MetadataShape.of(JSON.parse('{"__proto__":{"a":1}}') as JsonObject, id)).toBeUndefined()
  })
})
