import type { MicroErrorCode, Outcome } from '@micro/core'
import type { Action, Payload } from './bank-decisions.ts'

/** What a client asked, when, and what it was told. Places in the log stand for moments: the log is the one clock that counts. */
export interface CallRecord {
  readonly client: number
  readonly instance: string
  readonly action: Action | 'account' | 'everything'
  readonly payload: Payload
  /** The caller's id of the command. */
  readonly ref: string
  /** The position that the client had met before. */
  readonly met: number
  /** Whether nothing else moves the positions that the reply names. */
  readonly isContextOwn: boolean
  readonly headAtCall: number
  readonly headAtAnswer: number
  readonly calledAtMs: number
  readonly answeredAtMs: number
  readonly timeoutMs: number
  readonly answer: Answered | Refused
}

export interface Answered {
  readonly kind: 'answered'
  readonly response: unknown
  readonly repeated: boolean
  readonly position: number
}

export interface Refused {
  readonly kind: 'refused'
  readonly code: MicroErrorCode | 'not a MicroError'
  readonly outcome: Outcome
  readonly message: string
}

/** Something that must never happen. */
export interface Violation {
  readonly check: string
  readonly what: string
}
