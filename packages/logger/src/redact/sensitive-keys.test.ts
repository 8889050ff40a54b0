import { expect, it } from 'vitest'
import { sensitiveKeys } from './sensitive-keys.ts'

const isSensitive = sensitiveKeys([])

it.each([
  'password',
  'Password',
  'PASSWORD',
  'passwd',
  'pwd',
  'pass',
  'password_confirmation',
  'newPassword',
  'userPass',
  'dbpass',
  'secret',
  'clientSecret',
  'CLIENT_SECRET',
  'token',
  'refresh-token',
  'accessToken',
  'xCsrfToken',
  'Authorization',
  'proxy-authorization',
  'cookie',
  'Set-Cookie',
  'apiKey',
  'api_key',
  'X-Api-Key',
  'APIKEY',
  'credentials',
  'privateKey',
  'pin',
  'PIN',
  'cardPin',
  'pin_code',
  'otp',
  'otp2',
  'totp',
  'jwt',
  'cvc',
  'passphrase',
  'user.password',
  'pass word',
  'ｐａｓｓｗｏｒｄ',
  'pass\u200bword',
  'passwords',
  'tokens',
])('redacts the value of "%s"', (key) => {
  expect(isSensitive(key)).toBe(true)
})

it.each([
  'shipping',
  'spin',
  'opinion',
  'mapping',
  'bypass',
  'compass',
  'passenger',
  'passed',
  'topic',
  'option',
  'adoption',
  'author',
  'authority',
  'commandId',
  'correlationId',
  'service',
  'stream',
  'position',
  'Idempotency-Key',
  'key',
  '',
])('shows the value of "%s"', (key) => {
  expect(isSensitive(key)).toBe(false)
})

it('takes further keys in any case and spelling, alone or inside of a longer name', () => {
  const withExtra = sensitiveKeys(['iban', 'tax number'])
  for (const key of [
    'iban',
    'IBAN',
    'customerIban',
    'iban_2',
    'taxNumber',
    'TAX_NUMBER',
    'taxnumber',
    'old-tax-number',
  ])
    expect([key, withExtra(key)]).toEqual([key, true])
  for (const key of ['urbane', 'libanon', 'tax', 'number']) expect([key, withExtra(key)]).toEqual([key, false])
})

it('answers the same for a key asked again, and for thousands of keys', () => {
  for (let round = 0; round < 2; round += 1)
    for (let index = 0; index < 3000; index += 1) {
      expect(isSensitive(`password${index}`)).toBe(true)
      expect(isSensitive(`field${index}`)).toBe(false)
    }
})
