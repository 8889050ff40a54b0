import type { MicroError, MicroErrorCode, Outcome } from '@micro/core'
import { HTTP_STATUS } from './http-status.ts'

/** The body of every error: RFC 9457, with what micro says about it. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  /** For people. */
  readonly detail: string
  readonly code: MicroErrorCode
  /** What the request left behind: nothing, what was asked, or nobody can tell. */
  readonly outcome: Outcome
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  /** For programs: what exactly is wrong, by code. */
  readonly details?: unknown
  /** Finds this request in the logs. */
  readonly correlationId: string
}

/** Told beside the detail, because whoever reads it has to do something else then. */
const OUTCOMES: Readonly<Record<Outcome, string>> = {
  none: '',
  done: ' What you asked for has been done all the same.',
  unknown:
    ' Nobody can tell whether it has been done: send it again with the same Idempotency-Key, and it is done once at most.',
}

/** Stable identifier of a kind of problem: `urn:micro:problem:rule-broken`. */
export function problemType(code: MicroErrorCode): string {
  return `urn:micro:problem:${code.slice('MICRO_'.length).toLowerCase().replaceAll('_', '-')}`
}

export function toProblem(error: MicroError, correlationId: string, status?: number): Problem {
  const { told, title, status: usual } = HTTP_STATUS[error.code]
  return {
    type: problemType(error.code),
    title,
    status: status ?? usual,
    // With a status of its own it is the portal's refusal, whose words are meant for clients.
    detail: (status === undefined ? (told ?? error.message) : error.message) + OUTCOMES[error.outcome],
    code: error.code,
    outcome: error.outcome,
    retryable: error.retryable,
    ...(told === undefined && error.details !== undefined ? { details: error.details } : {}),
    correlationId,
  }
}
