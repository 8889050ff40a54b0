/** What a call left behind: nothing, its events, or nobody can tell. */
export type Outcome = 'none' | 'done' | 'unknown'

export type MicroErrorCode =
  | 'MICRO_INVALID'
  | 'MICRO_UNAUTHENTICATED'
  | 'MICRO_FORBIDDEN'
  | 'MICRO_RULE_BROKEN'
  | 'MICRO_NOT_FOUND'
  | 'MICRO_CONFLICT'
  | 'MICRO_DUPLICATE'
  | 'MICRO_ID_REUSED'
  | 'MICRO_TIMEOUT'
  | 'MICRO_CANCELLED'
  | 'MICRO_OVERLOADED'
  | 'MICRO_UNAVAILABLE'
  | 'MICRO_PROJECTION_HALTED'
  | 'MICRO_TOO_LARGE'
  | 'MICRO_NOT_SUPPORTED'
  | 'MICRO_WIRING'
  | 'MICRO_PROTOCOL'
  | 'MICRO_STORE_FULL'
  | 'MICRO_STORE_CORRUPT'
  | 'MICRO_STORE_LOCKED'
  | 'MICRO_INTERNAL'

export interface CodeDefaults {
  readonly retryable: boolean
  readonly outcome: Outcome
}

/**
 * Every error code there is, with what holds unless the thrower says otherwise. Codes are stable within a major version,
 * messages are free. `docs/reference/errors.md` describes each one and a test compares both lists.
 *
 * - `retryable`: the same call may succeed later without being changed.
 * - `outcome`: what the call left in the event log: `none` nothing, `done` its events, `unknown` nobody can tell.
 */
export const ERROR_CODES: Readonly<Record<MicroErrorCode, CodeDefaults>> = {
  MICRO_INVALID: { retryable: false, outcome: 'none' },
  MICRO_UNAUTHENTICATED: { retryable: false, outcome: 'none' },
  MICRO_FORBIDDEN: { retryable: false, outcome: 'none' },
  MICRO_RULE_BROKEN: { retryable: false, outcome: 'none' },
  MICRO_NOT_FOUND: { retryable: false, outcome: 'none' },
  MICRO_CONFLICT: { retryable: true, outcome: 'none' },
  MICRO_DUPLICATE: { retryable: false, outcome: 'none' },
  MICRO_ID_REUSED: { retryable: false, outcome: 'none' },
  MICRO_TIMEOUT: { retryable: true, outcome: 'none' },
  MICRO_CANCELLED: { retryable: false, outcome: 'none' },
  MICRO_OVERLOADED: { retryable: true, outcome: 'none' },
  MICRO_UNAVAILABLE: { retryable: true, outcome: 'none' },
  MICRO_PROJECTION_HALTED: { retryable: false, outcome: 'none' },
  MICRO_TOO_LARGE: { retryable: false, outcome: 'none' },
  MICRO_NOT_SUPPORTED: { retryable: false, outcome: 'none' },
  MICRO_WIRING: { retryable: false, outcome: 'none' },
  MICRO_PROTOCOL: { retryable: false, outcome: 'none' },
  MICRO_STORE_FULL: { retryable: true, outcome: 'none' },
  MICRO_STORE_CORRUPT: { retryable: false, outcome: 'none' },
  MICRO_STORE_LOCKED: { retryable: true, outcome: 'none' },
  MICRO_INTERNAL: { retryable: false, outcome: 'none' },
}
