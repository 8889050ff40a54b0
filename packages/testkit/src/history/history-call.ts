import type { MicroErrorCode, Outcome, Position } from '@micro/core'

/** What a client asked, when, and what it was told. Places in the log stand for moments: the log is the one clock that counts. */
export interface HistoryCall {
  readonly client: string
  /** Which of several instances was asked, in the recorder's words. */
  readonly via: string
  readonly action: string
  readonly payload: unknown
  /** The caller's id of the command. */
  readonly callersId: string
  /** The command's id in the log. */
  readonly commandId: string
  /** The position that the client had met before. */
  readonly met: Position
  /** Whether the call shared its positions with none: then those of the reply are what it reflects. */
  readonly hasOwnContext: boolean
  readonly headAtCall: Position
  readonly headAtAnswer: Position
  /** Of the runtime's `monotonic`. */
  readonly calledAtMs: number
  readonly answeredAtMs: number
  readonly timeoutMs: number | undefined
  readonly answer: Acknowledged | Refused
}

/** Done. */
export interface Acknowledged {
  readonly kind: 'ok'
  readonly response: unknown
  readonly repeated: boolean
  /** The position of the log that the reply names. */
  readonly position: Position
}

/** `fail`: it says that it left nothing. `info`: anything else, and only the log knows. */
export interface Refused {
  readonly kind: 'fail' | 'info'
  readonly code: MicroErrorCode | 'not a MicroError'
  readonly outcome: Outcome
  readonly message: string
}

/** Something that must never happen. */
export interface Anomaly {
  /** The promise that is broken. */
  readonly check: string
  readonly what: string
  /** The calls and the part of the log that show it, one a line. */
  readonly excerpt: readonly string[]
}
