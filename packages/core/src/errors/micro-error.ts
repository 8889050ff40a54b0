import { ERROR_CODES, type MicroErrorCode, type Outcome } from './codes.ts'
import type { MicroErrorDetails } from './details.ts'
import { shown } from '../values/shown.ts'

// A brand in the global registry: two copies of core in one process recognise each other's errors, `instanceof` would not.
const BRAND = Symbol.for('@micro/core/error')

export interface MicroErrorOptions<Code extends MicroErrorCode = MicroErrorCode> {
  readonly details?: MicroErrorDetails<Code> | undefined
  readonly cause?: unknown
  /** @default what `ERROR_CODES` says for the code */
  readonly retryable?: boolean | undefined
  /** @default what `ERROR_CODES` says for the code */
  readonly outcome?: Outcome | undefined
  /** The service that answered with this error. */
  readonly service?: string | undefined
  readonly correlationId?: string | undefined
  /** A fatal error ends the service: it drains and exits with code 1. @default false */
  readonly fatal?: boolean | undefined
}

/**
 * The one error of the framework. Everything that came over a wire or from a system is a `MicroError`; what a caller in
 * the same process did wrong with an API is a `TypeError`.
 *
 * @example
 * try { await micro.act('withdraw money', payload) }
 * catch (error) { if (isMicroError(error, 'MICRO_RULE_BROKEN')) show(error.message); else throw error }
 */
export class MicroError<Code extends MicroErrorCode = MicroErrorCode> extends Error {
  readonly code: Code
  readonly details: MicroErrorDetails<Code> | undefined
  readonly retryable: boolean
  readonly outcome: Outcome
  readonly service: string | undefined
  readonly correlationId: string | undefined
  readonly fatal: boolean

  constructor(code: Code, message: string, options: MicroErrorOptions<Code> = {}) {
    if (typeof code !== 'string' || !Object.hasOwn(ERROR_CODES, code))
      throw new TypeError(`There is no error code ${shown(code)}`)
    if (typeof message !== 'string') throw new TypeError(`A message must be a string, not ${shown(message)}`)
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    const defaults = ERROR_CODES[code]
    this.name = 'MicroError'
    this.code = code
    this.details = options.details
    this.retryable = options.retryable ?? defaults.retryable
    this.outcome = options.outcome ?? defaults.outcome
    this.service = options.service
    this.correlationId = options.correlationId
    this.fatal = options.fatal ?? false
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/** Whether `error` is a `MicroError` of any copy of core, and of the given code if one is named. */
export function isMicroError<Code extends MicroErrorCode = MicroErrorCode>(
  error: unknown,
  code?: Code,
): error is MicroError<Code> {
  if (typeof error !== 'object' || error === null || !(BRAND in error)) return false
  return code === undefined || ('code' in error && error.code === code)
}

/** The same error with some of its properties changed; message, code, details and cause stay. */
export function withErrorOptions(error: MicroError, options: MicroErrorOptions): MicroError {
  const changed = new MicroError(error.code, error.message, {
    details: error.details,
    cause: error.cause,
    retryable: error.retryable,
    outcome: error.outcome,
    service: error.service,
    correlationId: error.correlationId,
    fatal: error.fatal,
    ...options,
  })
  if (error.stack !== undefined) changed.stack = error.stack
  return changed
}
