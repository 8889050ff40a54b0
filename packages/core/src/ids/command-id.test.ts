import { describe, expect, it } from 'vitest'
import { checkCallersId } from './callers-id.ts'
import { commandIdOf, eventIdOf } from './command-id.ts'
import { payloadDigest } from './payload-digest.ts'
import { createScopeIds, scopeId } from './scope-id.ts'
import { secret } from '../values/secret.ts'

// Every literal here was made by Python (uuid, hashlib, hmac) and is part of the stored format: none may ever change.
const V7 = '0198c5f1-2b3c-7d4e-8f50-123456789abc'
const SCOPE = '7c527cab-2ac9-5270-953e-a523dba2c173'

describe('scopeId', () => {
  it('names service, action and subject', () => {
    expect(scopeId('bank', 'deposit money', 'user-17')).toBe(SCOPE)
    expect(scopeId('bank', 'say "hi"', 'ü')).toBe('430fb467-2ca2-592d-a2de-0a1ce6a78e68')
  })

  it('is one for all anonymous callers of an action', () => {
    expect(scopeId('bank', 'deposit money', undefined)).toBe('5bc0ab38-84f6-529d-82cb-7727f675f29a')
  })

  it('is the same when it is remembered, however many subjects came in between', () => {
    const scopeOf = createScopeIds('bank', 'deposit money', 2)
    expect(scopeOf()).toBe('5bc0ab38-84f6-529d-82cb-7727f675f29a')
    for (const subject of ['user-17', 'a', 'b', 'c', 'd', 'user-17', 'user-17'])
      expect(scopeOf(subject)).toBe(scopeId('bank', 'deposit money', subject))
  })
})

describe('commandIdOf and eventIdOf', () => {
  it('give ids in time order for a caller that sent a UUIDv7', () => {
    const id = commandIdOf(SCOPE, V7)
    expect(id).toBe('0198c5f1-2b3c-8804-ae17-b4e9c23e4c62')
    expect(eventIdOf(id, 0)).toBe(id)
    expect(eventIdOf(id, 1)).toBe('0198c5f1-2b3c-863f-9bd7-f95d7f2a2e4c')
    expect(eventIdOf(id, 12)).toBe('0198c5f1-2b3c-8731-9bfc-1bb1f00f6856')
  })

  it('give uuidv5s for a caller that sent anything else', () => {
    const id = commandIdOf(SCOPE, 'order-4711')
    expect(id).toBe('d2ccb646-e428-5629-b1ba-51c84e9e7c28')
    expect(eventIdOf(id, 1)).toBe('7b0f8bbe-eb47-521c-ba9b-e32c95ba966e')
  })
})

describe('payloadDigest', () => {
  it('is the HMAC of the canonical payload, whatever the order of its keys', () => {
    expect(payloadDigest(V7, { amount: 5, account: 'a1' })).toBe('wGD35V5AUYLJxaxxgKPOEsC68kpObH-q6bxOGJIPOXU')
    expect(payloadDigest(V7, { account: 'a1', amount: 5 })).toBe('wGD35V5AUYLJxaxxgKPOEsC68kpObH-q6bxOGJIPOXU')
    expect(payloadDigest('x', null)).toBe('k6bc4qQx0VSrEuKasqIhaRIC25JPUlQEbOivSPgVZx8')
  })

  it('is the same for long keys and long payloads as HMAC says', () => {
    expect(payloadDigest('k'.repeat(128), { name: 'Zoë 🙂' })).toBe('K75Et0WkSfsyp9PfInpyk98ipP7hZdSukwJVeFlibSw')
    expect(payloadDigest(V7, 'é'.repeat(9000))).toBe('h_ql50_ZOkpW8Pst2Z5R_XpR9OTR6JhMb7uYmSJezQE')
  })

  it('refuses a payload with a secret in it', () => {
    const payload = { password: secret('hunter2') }
    expect(() => payloadDigest('x', payload as never)).toThrow(TypeError)
  })
})

describe('checkCallersId', () => {
  it.each(['x', V7, '~'.repeat(128), '!order/4711#a'])('accepts %j', (id) => {
    expect(checkCallersId(id)).toBe(id)
  })

  it.each(['', 'a b', 'a\n', 'é', '\u007f', 'x'.repeat(129), 17, undefined, null])('refuses %j', (id) => {
    expect(() => checkCallersId(id)).toThrow(expect.objectContaining({ code: 'MICRO_INVALID' }))
  })
})
