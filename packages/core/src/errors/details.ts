import type { MicroErrorCode } from './codes.ts'

/** One thing that is wrong with a value: where (a JSON pointer, `''` for the whole value) and what. */
export interface Problem {
  readonly path: string
  readonly message: string
}

/** One mistake in what was given to `createMicro`, and what to do about it. */
export interface WiringProblem {
  readonly message: string
  readonly remedy: string
}

/** Expected and actual revision of a stream whose expectation did not hold. */
export interface StreamConflict {
  readonly stream: string
  readonly expected: number | 'no-stream' | 'stream-exists' | 'any'
  readonly actual: number | 'no-stream'
}

interface DetailsByCode {
  MICRO_INVALID: { readonly problems: readonly Problem[] }
  MICRO_RULE_BROKEN: { readonly reason?: string }
  MICRO_FORBIDDEN: { readonly reason?: string }
  MICRO_CONFLICT: { readonly streams?: readonly StreamConflict[] }
  MICRO_DUPLICATE: { readonly eventId?: string; readonly position?: number }
  MICRO_PROJECTION_HALTED: {
    readonly projection: string
    readonly position: number
    readonly eventType?: string
    readonly reason?: string
  }
  MICRO_TOO_LARGE: { readonly limit: number; readonly actual?: number }
  MICRO_WIRING: { readonly problems: readonly WiringProblem[] }
  MICRO_STORE_LOCKED: { readonly holder?: string }
  MICRO_STORE_CORRUPT: { readonly place?: string }
}

/** The details that an error of this code carries; codes that are not listed may carry any JSON object. */
export type MicroErrorDetails<Code extends MicroErrorCode> = Code extends keyof DetailsByCode
  ? DetailsByCode[Code]
  : Readonly<Record<string, unknown>>
