import { describe, expect, it } from 'vitest'
import { createMicro, type Keys, type MicroError, newKeyPair } from '@micro/core'

const [portalKeys, bankKeys] = [newKeyPair(), newKeyPair()]

describe('keys', () => {
  const wiring = (keys: unknown): MicroError => {
    try {
      createMicro({ name: 'bank', keys: keys as Keys })
    } catch (error) {
      return error as MicroError
    }
    throw new TypeError('was wired')
  }

  it.each<[string, unknown, RegExp]>([
    ['no object', 'secret', /keys is no object/],
    ['another member', { mine: {} }, /no member "mine"/],
    ['no private key', { own: { id: 'bank', privateKey: 'text' } }, /own\.privateKey/],
    ['a public key as the private one', { own: { id: 'bank', privateKey: bankKeys.publicKey } }, /own\.privateKey/],
    ['a bad id', { own: { id: 'a.b', privateKey: bankKeys.privateKey } }, /own\.id/],
    ['a private key where a public one belongs', { issuers: { portal: portalKeys.privateKey } }, /issuers\.portal/],
    [
      'a key twice',
      { issuers: { a: bankKeys.publicKey }, callers: { a: bankKeys.publicKey } },
      /an issuer and a caller/,
    ],
  ])('are refused when wiring: %s', (_, keys, message) => {
    const error = wiring(keys)
    expect(error).toMatchObject({ code: 'MICRO_WIRING' })
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('PRIVATE KEY')
  })
})
