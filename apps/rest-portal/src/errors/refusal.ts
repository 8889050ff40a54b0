import { MicroError, type MicroErrorCode, type MicroErrorDetails } from '@micro/core'

export interface RefusalOptions<Code extends MicroErrorCode> {
  /** @default the status of the code */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly details?: MicroErrorDetails<Code>
}

/** What the portal itself refuses, before any service is asked: a code, and the status that HTTP has for it. */
export class Refusal extends Error {
  readonly error: MicroError
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(error: MicroError, status?: number, headers: Readonly<Record<string, string>> = {}) {
    super(error.message)
    this.name = 'Refusal'
    this.error = error
    this.status = status
    this.headers = headers
  }
}

export function refusal<Code extends MicroErrorCode>(
  code: Code,
  message: string,
  options: RefusalOptions<Code> = {},
): Refusal {
  return new Refusal(new MicroError(code, message, { details: options.details }), options.status, options.headers)
}

/** A refusal of something that is not as it must be, saying where. */
export function invalid(
  message: string,
  path = '',
  options: Omit<RefusalOptions<'MICRO_INVALID'>, 'details'> = {},
): Refusal {
  return refusal('MICRO_INVALID', message, { ...options, details: { problems: [{ path, message }] } })
}
