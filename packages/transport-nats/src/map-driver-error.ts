import { isMicroError, MicroError, type Outcome } from '@micro/core'
import { ErrorCode } from 'nats'

/** Waiting does not mend these: somebody has to change the configuration. */
const REFUSALS: ReadonlySet<string> = new Set([
  ErrorCode.AuthorizationViolation,
  ErrorCode.AuthenticationExpired,
  ErrorCode.AccountExpired,
  ErrorCode.BadAuthentication,
  ErrorCode.BadCreds,
])

// Of Node's TLS and of the client: https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes
const TLS_FAULT = /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)|^TLS$|^SERVER_OPT_NA$/

/** Whether another attempt with the same options may succeed: the server is not there yet, or was interrupted. */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error)
  // A file of keys that is not there, or not readable.
  if (code === 'ENOENT' || code === 'EACCES') return false
  return !REFUSALS.has(code) && !TLS_FAULT.test(code)
}

/**
 * The client's error as one of core's, the original kept as `cause`. What is a `MicroError` or a `TypeError` stays.
 *
 * @param outcome what the failed call may have left
 */
export function mapDriverError(error: unknown, where: string, outcome: Outcome = 'none'): unknown {
  if (isMicroError(error) || error instanceof TypeError) return error
  const code = codeOf(error)
  const cause = error
  if (REFUSALS.has(code)) return new MicroError('MICRO_UNAUTHENTICATED', `${where} refused the credentials.`, { cause })
  if (code === ErrorCode.PermissionsViolation)
    return new MicroError('MICRO_FORBIDDEN', `${where} does not allow that to this NATS user.`, { cause, outcome })
  if (TLS_FAULT.test(code))
    return new MicroError('MICRO_UNAVAILABLE', `${where} and this client do not agree on TLS.`, {
      cause,
      retryable: false,
    })
  if (code === 'ENOENT' || code === 'EACCES')
    return new MicroError('MICRO_UNAVAILABLE', 'A file of keys or certificates cannot be read.', {
      cause,
      retryable: false,
    })
  return new MicroError('MICRO_UNAVAILABLE', `${where} cannot be reached.`, { cause, outcome })
}

/** The client wraps errors of TLS in its own. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' ? code : ''
}
