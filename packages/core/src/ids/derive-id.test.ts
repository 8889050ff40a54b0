import { describe, expect, it } from 'vitest'
import { deriveId } from './derive-id.ts'
import { MICRO_NAMESPACE } from './namespace.ts'

// Every literal here was made by Python (uuid.uuid5, hashlib) and is part of the stored format: none may ever change.
const V7 = '0198c5f1-2b3c-7d4e-8f50-123456789abc'
const SCOPE = '7c527cab-2ac9-5270-953e-a523dba2c173'

describe('deriveId', () => {
  it.each([
    ['', 'cfac9d8e-7114-5eb7-b59e-141874b18530'],
    ['a', 'e7558a72-ba03-5e51-ac82-5d141c99cefe'],
    ['deposit money', 'e454c095-f342-53e2-bc24-8ba23c6d7351'],
    ['ключ 🔑', '5036052b-4715-5c91-a3fb-afb80110376d'],
    ['x'.repeat(400), 'e01c4d86-dc5c-5bcc-ab49-774ebf3415aa'],
  ])('is uuidv5 for a name without time: %j', (name, id) => {
    expect(deriveId(MICRO_NAMESPACE, name)).toBe(id)
  })

  it('leads with the 48 bits of a UUIDv7 and says version 8', () => {
    expect(deriveId(SCOPE, V7)).toBe('0198c5f1-2b3c-8804-ae17-b4e9c23e4c62')
  })

  it('hashes the name as it is written, and writes the id in lower case', () => {
    expect(deriveId(SCOPE, V7.toUpperCase())).toBe('0198c5f1-2b3c-8c6d-8ae4-8c34808b18d3')
  })

  it('takes no time from a UUID of another version or variant', () => {
    expect(deriveId(SCOPE, '3b241101-e2bb-4255-8caf-4136c566a962')).toBe('622f99a4-f4ae-5d2a-b9ab-5818c700536e')
    expect(deriveId(SCOPE, '0198c5f1-2b3c-7d4e-cf50-123456789abc')).toBe('50b1a265-b8a0-5f1a-be84-1730bfedce06')
  })

  it('takes the time of the namespace where the name has none', () => {
    expect(deriveId('0198c5f1-2b3c-8804-ae17-b4e9c23e4c62', 'new account')).toBe('0198c5f1-2b3c-8ef9-a154-2820e6ae4745')
  })

  it('takes the time of an id that was derived from one with time', () => {
    const nested = deriveId('5bc0ab38-84f6-529d-82cb-7727f675f29a', '0198c5f1-2b3c-8ef9-a154-2820e6ae4745')
    expect(nested).toBe('0198c5f1-2b3c-857d-8062-7605f2e1d181')
  })

  it('does not care about the case of the namespace, nor about what was derived before', () => {
    deriveId(MICRO_NAMESPACE, 'something else')
    expect(deriveId(SCOPE.toUpperCase(), V7)).toBe('0198c5f1-2b3c-8804-ae17-b4e9c23e4c62')
    expect(deriveId(MICRO_NAMESPACE, 'a')).toBe('e7558a72-ba03-5e51-ac82-5d141c99cefe')
  })

  it('refuses a namespace that is no UUID, and works on afterwards', () => {
    expect(() => deriveId('bank', 'a')).toThrow(TypeError)
    expect(deriveId(MICRO_NAMESPACE, 'a')).toBe('e7558a72-ba03-5e51-ac82-5d141c99cefe')
  })
})
