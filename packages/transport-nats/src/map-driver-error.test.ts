import { MicroError } from '@micro/core'
import { ErrorCode, NatsError } from 'nats'
import { describe, expect, it } from 'vitest'
import { isPassing, mapDriverError } from './map-driver-error.ts'

const coded = (code: string): Error => Object.assign(new Error(code), { code })

describe('errors of the client', () => {
  it.each([
    [NatsError.errorForCode(ErrorCode.AuthorizationViolation), 'MICRO_UNAUTHENTICATED', false],
    [NatsError.errorForCode(ErrorCode.AuthenticationExpired), 'MICRO_UNAUTHENTICATED', false],
    [NatsError.errorForCode(ErrorCode.BadCreds), 'MICRO_UNAUTHENTICATED', false],
    [NatsError.errorForCode(ErrorCode.PermissionsViolation), 'MICRO_FORBIDDEN', true],
    [NatsError.errorForCode(ErrorCode.Tls), 'MICRO_UNAVAILABLE', false],
    [new NatsError('tls', ErrorCode.ServerOptionNotAvailable), 'MICRO_UNAVAILABLE', false],
    [coded('CERT_HAS_EXPIRED'), 'MICRO_UNAVAILABLE', false],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'MICRO_UNAVAILABLE', false],
    [coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'MICRO_UNAVAILABLE', false],
    [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'MICRO_UNAVAILABLE', false],
    [coded('ENOENT'), 'MICRO_UNAVAILABLE', false],
    [coded('ECONNREFUSED'), 'MICRO_UNAVAILABLE', true],
    [coded('ENOTFOUND'), 'MICRO_UNAVAILABLE', true],
    [coded('ETIMEDOUT'), 'MICRO_UNAVAILABLE', true],
    [NatsError.errorForCode(ErrorCode.ConnectionRefused), 'MICRO_UNAVAILABLE', true],
    [NatsError.errorForCode(ErrorCode.Disconnect), 'MICRO_UNAVAILABLE', true],
    ['no error at all', 'MICRO_UNAVAILABLE', true],
  ] as const)('%s is %s', (error, code, passing) => {
    const mapped = mapDriverError(error, 'The server')
    expect(mapped).toMatchObject({ code, outcome: 'none', cause: error })
    expect(isPassing(error)).toBe(passing)
    // To be forbidden is final for a call; for a connection it never comes to that.
    expect(mapped).toMatchObject({ retryable: passing && code === 'MICRO_UNAVAILABLE' })
  })

  it('ours and those of callers stay as they are', () => {
    const errors = [new MicroError('MICRO_TOO_LARGE', 'No.', { details: { limit: 1 } }), new TypeError('no')]
    expect(errors.map((error) => mapDriverError(error, 'The server'))).toEqual(errors)
  })

  it('an outcome is that of the call', () => {
    expect(mapDriverError(coded('ECONNRESET'), 'The server', 'unknown')).toMatchObject({ outcome: 'unknown' })
  })
})
