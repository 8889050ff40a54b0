import { ERROR_CODES, type MicroErrorCode, type Outcome } from './codes.ts'
import { isMicroError, MicroError } from './micro-error.ts'

/** An error as it travels: everything a caller may see, never a stack, a cause or other internals. */
export interface WireError {
  readonly code: MicroErrorCode
  readonly message: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly retryable: boolean
  readonly outcome: Outcome
  readonly service?: string
  readonly correlationId?: string
}

/** Makes any thrown value fit for other processes. What is not a `MicroError` becomes `MICRO_INTERNAL` without its message. */
export function toWireError(thrown: unknown, service?: string): WireError {
  const error = toMicroError(thrown)
  const from = error.service ?? service
  return {
    code: error.code,
    message: error.message,
    ...(error.details === undefined ? {} : { details: error.details as Readonly<Record<string, unknown>> }),
    retryable: error.retryable,
    outcome: error.outcome,
    ...(from === undefined ? {} : { service: from }),
    ...(error.correlationId === undefined ? {} : { correlationId: error.correlationId }),
  }
}

/** The typed error of a received one. What is malformed becomes `MICRO_PROTOCOL`; nothing off the wire is trusted. */
export function fromWireError(received: unknown): MicroError {
  const wire = (typeof received === 'object' && received !== null ? received : {}) as Partial<WireError>
  const { code, message, details, retryable, outcome, service, correlationId } = wire
  if (typeof code !== 'string' || !Object.hasOwn(ERROR_CODES, code) || typeof message !== 'string')
    return new MicroError('MICRO_PROTOCOL', 'The service answered with an error in an unknown form.', {
      outcome: 'unknown',
    })
  return new MicroError(code, message, {
    details: typeof details === 'object' && details !== null ? (details as never) : undefined,
    retryable: typeof retryable === 'boolean' ? retryable : undefined,
    outcome: outcome === 'none' || outcome === 'done' || outcome === 'unknown' ? outcome : undefined,
    service: typeof service === 'string' ? service : undefined,
    correlationId: typeof correlationId === 'string' ? correlationId : undefined,
  })
}

/** Any thrown value as a `MicroError`; the original is kept as `cause` and its message stays inside. */
export function toMicroError(thrown: unknown, message = 'Something went wrong inside the service.'): MicroError {
  return isMicroError(thrown) ? thrown : new MicroError('MICRO_INTERNAL', message, { cause: thrown })
}
