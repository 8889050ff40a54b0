import fc from 'fast-check'
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hmacSha256, sha1Hex } from './hash.ts'

describe('sha1Hex', () => {
  it('is what RFC 3174 says', () => {
    expect(sha1Hex(Buffer.from('abc'))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
  })
})

describe('hmacSha256', () => {
  it('is what RFC 4231 says (test case 2)', () => {
    const hex = Buffer.from(hmacSha256('Jefe', 'what do ya want for nothing?'), 'base64url').toString('hex')
    expect(hex).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
  })

  it('is what an Hmac object gives, for keys and texts of any length and alphabet', () => {
    const short = fc.string({ unit: 'binary', maxLength: 70 })
    // Keys on both sides of a block, texts on both sides of the work space.
    const keys = fc.oneof(short, fc.constantFrom(...[63, 64, 65, 128].map((length) => 'k'.repeat(length))))
    const texts = fc.oneof(
      short,
      fc.constantFrom('é'.repeat(2730), 'é'.repeat(2731), '€'.repeat(2731), 'x'.repeat(9000)),
    )
    fc.assert(
      fc.property(keys, texts, (key, text) => {
        expect(hmacSha256(key, text)).toBe(createHmac('sha256', key).update(text).digest('base64url'))
      }),
      { numRuns: 100 },
    )
  })
})
