import { describe, expect, it } from 'vitest'
import { redactText } from './redact-text.ts'
import { sensitiveKeys } from './sensitive-keys.ts'

const isSensitive = sensitiveKeys([])
const redact = (text: string): string => redactText(text, isSensitive)
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.hunter2hunter2hunter2'

describe('takes the secret out of', () => {
  it.each([
    'password=hunter2',
    'password = hunter2',
    'password: hunter2',
    'PASSWORD=>hunter2',
    'login failed for bob (password=hunter2)',
    'https://example.com/?a=1&access_token=hunter2&b=2',
    'https://bob:hunter2@example.com/path',
    'postgres://bob:hun@ter2:hunter2@db.internal/bank',
    'Authorization: Bearer hunter2hunter2',
    'authorization: Basic hunter2',
    'Authorization: Digest username="bob", response="hunter2"',
    'sent Bearer hunter2-hunter2 to the server',
    'sent Basic aHVudGVyMg==hunter2',
    'Cookie: a=1; sid=hunter2; b=2',
    'set-cookie: sid=hunter2; Path=/',
    `got ${JWT} from the caller`,
    '{"user":"bob","password":"hunter2"}',
    '{"user":"bob","password":"hunter2',
    'body: {"password":"hunter2","a":1}',
    '"{\\"password\\":\\"hunter2\\"}"',
    '{\\\\\\"password\\\\\\":\\\\\\"hunter2\\\\\\"}',
    'body {"credentials":{"user":"bob","key":"hunter2"}} was refused',
    'tokens: ["a","hunter2"]',
    "password: 'hunter2'",
    'password: "a \\"quoted\\" hunter2"',
    'password "hunter2" was refused',
    'wrong password hunter2',
    'the pin is hunter2',
    'token=a,hunter2',
    'a=1,password=hunter2,b=2',
    '<password>hunter2</password>',
    '<wsse:Password type="text">hunter2</wsse:Password>',
    'X-Api-Key: hunter2',
    '-----BEGIN RSA PRIVATE KEY-----\nhunter2\nhunter2\n-----END RSA PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\nhunter2',
    'first=1\nsecret=hunter2\nlast=2',
  ])('%j', (text) => {
    expect(redact(text)).not.toContain('hunter2')
    expect(redact(text)).toContain('[redacted]')
  })
})

describe('leaves alone', () => {
  it.each([
    'account opened',
    'password is required',
    'the token has expired',
    'Unexpected token } in JSON at position 12',
    'listening on http://127.0.0.1:3000/health?verbose=1',
    'MICRO_CONFLICT: stream bank/account-1 has revision 5, expected 4',
    'basic validation of the payload',
    'ratio 1:2, time 12:30, a=b; c=d',
    '[redacted]',
    'mail to bob@example.com',
  ])('%j', (text) => {
    expect(redact(text)).toBe(text)
  })
})

it('keeps what stands around a secret', () => {
  expect(redact('bob, password=hunter2, retry=1')).toBe('bob, password=[redacted], retry=1')
  expect(redact('https://bob:hunter2@example.com/a')).toBe('https://[redacted]@example.com/a')
})

it('changes nothing the second time', () => {
  const once = redact(`Authorization: Bearer abcdefgh12\npassword=hunter2 and ${JWT}, a=b`)
  expect(redact(once)).toBe(once)
})

it('needs time in proportion to the length of the text, whatever is in it', () => {
  const unit = [
    'a',
    'eyJ',
    'eyJ-',
    'a=',
    'a:"',
    '\\',
    '\\"',
    '://',
    'a://',
    '<a ',
    '<a',
    ' ',
    '{',
    'Bearer ',
    'token="',
    'pass ',
  ]
  unit.push(
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN ',
    "password '",
    'a.b-',
    '@',
    ',a',
    'password=,',
    'cookie:',
    '=>',
    'é',
  )
  for (const part of unit) {
    const text = part.repeat(Math.ceil(8192 / part.length))
    const began = performance.now()
    redact(text)
    // Typically below 5 ms; a quadratic pattern needs hundreds.
    expect([part, performance.now() - began < 150]).toEqual([part, true])
  }
})
