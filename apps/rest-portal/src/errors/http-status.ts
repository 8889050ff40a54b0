import type { MicroErrorCode } from '@micro/core'

export interface HttpStatus {
  readonly status: number
  /** What kind of problem it is, the same for every occurrence. */
  readonly title: string
  /**
   * Told to clients in place of the error's message and details, which may speak of files, hosts and other insides of a
   * service. Absent: the error is about what the client sent, and its own words are told.
   */
  readonly told?: string
  readonly retryAfterSeconds?: number
}

/** The one place where an error code becomes an HTTP status. */
export const HTTP_STATUS: Readonly<Record<MicroErrorCode, HttpStatus>> = {
  MICRO_INVALID: { status: 400, title: 'The request is not valid' },
  MICRO_UNAUTHENTICATED: { status: 401, title: 'Who asks is not known' },
  MICRO_FORBIDDEN: { status: 403, title: 'This is not allowed' },
  MICRO_RULE_BROKEN: { status: 422, title: 'A rule does not allow this' },
  MICRO_NOT_FOUND: { status: 404, title: 'Not found' },
  MICRO_CONFLICT: { status: 409, title: 'Something else happened meanwhile' },
  MICRO_DUPLICATE: { status: 409, title: 'This has been done already' },
  MICRO_ID_REUSED: { status: 422, title: 'The id stands for another command' },
  MICRO_TIMEOUT: { status: 504, title: 'Not done in time', told: 'The service did not answer in time.' },
  MICRO_CANCELLED: { status: 503, title: 'Cancelled', told: 'The call was cancelled.' },
  MICRO_OVERLOADED: {
    status: 503,
    title: 'Too much to do',
    told: 'The service has too much to do. Try again in a moment.',
    retryAfterSeconds: 1,
  },
  MICRO_UNAVAILABLE: {
    status: 503,
    title: 'The service cannot be reached',
    told: 'The service cannot be reached at present.',
    retryAfterSeconds: 1,
  },
  MICRO_PROJECTION_HALTED: {
    status: 503,
    title: 'The service cannot go on',
    told: 'The service cannot answer before its operator has mended it.',
  },
  MICRO_TOO_LARGE: { status: 413, title: 'Too large' },
  MICRO_NOT_SUPPORTED: { status: 501, title: 'Not supported', told: 'The service does not support this.' },
  MICRO_WIRING: { status: 500, title: 'The service is not set up', told: 'The service is not set up properly.' },
  MICRO_PROTOCOL: { status: 502, title: 'Not understood', told: 'The service answered in a form that is not known.' },
  MICRO_STORE_FULL: { status: 507, title: 'No room left', told: 'The service has no room left to record anything.' },
  MICRO_STORE_CORRUPT: { status: 500, title: 'Damaged data', told: 'The service found that its data are damaged.' },
  MICRO_STORE_LOCKED: {
    status: 503,
    title: 'The data are in use',
    told: "The service's data are in use by somebody else.",
    retryAfterSeconds: 1,
  },
  MICRO_INTERNAL: { status: 500, title: 'Something went wrong', told: 'Something went wrong inside the service.' },
}
