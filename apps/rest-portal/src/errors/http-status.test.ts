import { ERROR_CODES, MicroError, type MicroErrorCode } from '@micro/core'
import { expect, it } from 'vitest'
import { HTTP_STATUS } from './http-status.ts'
import { problemType, toProblem } from './problem.ts'

const EXPECTED: Readonly<Record<MicroErrorCode, number>> = {
  MICRO_INVALID: 400,
  MICRO_UNAUTHENTICATED: 401,
  MICRO_FORBIDDEN: 403,
  MICRO_RULE_BROKEN: 422,
  MICRO_NOT_FOUND: 404,
  MICRO_CONFLICT: 409,
  MICRO_DUPLICATE: 409,
  MICRO_ID_REUSED: 422,
  MICRO_TIMEOUT: 504,
  MICRO_CANCELLED: 503,
  MICRO_OVERLOADED: 503,
  MICRO_UNAVAILABLE: 503,
  MICRO_PROJECTION_HALTED: 503,
  MICRO_TOO_LARGE: 413,
  MICRO_NOT_SUPPORTED: 501,
  MICRO_WIRING: 500,
  MICRO_PROTOCOL: 502,
  MICRO_STORE_FULL: 507,
  MICRO_STORE_CORRUPT: 500,
  MICRO_STORE_LOCKED: 503,
  MICRO_INTERNAL: 500,
}

const CODES = Object.keys(ERROR_CODES) as MicroErrorCode[]

it('has a status for every code that there is, and for no other', () => {
  expect(Object.keys(HTTP_STATUS).toSorted()).toEqual(CODES.toSorted())
})

it.each(CODES)('%s', (code) => {
  const secret = 'in /var/lib/bank.db of host-7'
  const problem = toProblem(new MicroError(code, secret, { details: { place: secret } as never }), 'id')
  expect(problem.status).toBe(EXPECTED[code])
  expect(problem).toMatchObject({ code, correlationId: 'id', ...ERROR_CODES[code] })
  expect(problem.type).toMatch(/^urn:micro:problem:[a-z]+(-[a-z]+)*$/)
  // Faults of a service are told in our words, mistakes of a client in the service's.
  expect(JSON.stringify(problem).includes(secret)).toBe(problem.status < 500)
})

it('names each kind of problem by an address that no other has', () => {
  expect(new Set(CODES.map(problemType)).size).toBe(CODES.length)
})

it('says what a client cannot see: that nobody knows, or that it was done all the same', () => {
  const detailOf = (outcome: 'none' | 'done' | 'unknown') =>
    toProblem(new MicroError('MICRO_TIMEOUT', '', { outcome }), 'id').detail
  expect(detailOf('none')).toBe('The service did not answer in time.')
  expect(detailOf('done')).toContain('has been done all the same')
  expect(detailOf('unknown')).toContain('send it again with the same Idempotency-Key')
})
