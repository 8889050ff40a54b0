import { type Headers, isMicroError, MicroError, type MicroErrorCode, type Reply, type WireError } from '@micro/core'
import type { Msg } from 'nats'
import { readBody } from './wire-body.ts'
import { readHeaders } from './wire-headers.ts'

/** Of the NATS Services API (ADR-32), in lower case. */
const ERROR = 'nats-service-error'
const ERROR_CODE = 'nats-service-error-code'
const LONGEST_TEXT = 200

// ADR-32 wants a number. Tools show it; our own side reads the typed error in the body.
const NUMBERS: Readonly<Record<MicroErrorCode, number>> = {
  MICRO_INVALID: 400,
  MICRO_UNAUTHENTICATED: 401,
  MICRO_FORBIDDEN: 403,
  MICRO_RULE_BROKEN: 422,
  MICRO_NOT_FOUND: 404,
  MICRO_CONFLICT: 409,
  MICRO_DUPLICATE: 409,
  MICRO_ID_REUSED: 409,
  MICRO_TIMEOUT: 504,
  MICRO_CANCELLED: 499,
  MICRO_OVERLOADED: 429,
  MICRO_UNAVAILABLE: 503,
  MICRO_PROJECTION_HALTED: 503,
  MICRO_TOO_LARGE: 413,
  MICRO_NOT_SUPPORTED: 501,
  MICRO_WIRING: 500,
  MICRO_PROTOCOL: 400,
  MICRO_STORE_FULL: 507,
  MICRO_STORE_CORRUPT: 500,
  MICRO_STORE_LOCKED: 503,
  MICRO_INTERNAL: 500,
}

const FOREIGN: ReadonlyMap<number, MicroErrorCode> = new Map([
  [401, 'MICRO_UNAUTHENTICATED'],
  [403, 'MICRO_FORBIDDEN'],
  [404, 'MICRO_NOT_FOUND'],
  [409, 'MICRO_CONFLICT'],
  [429, 'MICRO_OVERLOADED'],
  [503, 'MICRO_UNAVAILABLE'],
])

/** What an error reply says to everyone who does not read its body. */
export function errorHeaders({ code, message }: WireError): Headers {
  // One line of text, and short: the whole is in the body.
  const text = Array.from(message.replace(/[\p{Cc}\p{Cs}]+/gu, ' '))
    .slice(0, LONGEST_TEXT)
    .join('')
  return { [ERROR]: text.trim() === '' ? code : text, [ERROR_CODE]: String(NUMBERS[code] ?? 500) }
}

/** @returns as statistics show an error: `422:Not enough money.` */
export function shownError(error: WireError): string {
  const headers = errorHeaders(error)
  return `${headers[ERROR_CODE]}:${headers[ERROR]}`
}

/** Whether the server says that nobody has subscribed. */
export function isNoResponders({ data, headers }: Msg): boolean {
  return data.length === 0 && headers?.code === 503
}

/** @throws MicroError `MICRO_PROTOCOL` with outcome `unknown` for a reply that is none: its handler has run */
export function readReply(message: Msg): Reply {
  try {
    const all = readHeaders(message)
    if (all[ERROR] === undefined && all[ERROR_CODE] === undefined) {
      const body = readBody(message.data, 'unknown')
      return body === undefined ? { headers: all } : { headers: all, body }
    }
    const { [ERROR]: text, [ERROR_CODE]: number, ...headers } = all
    return { headers, error: wireErrorIn(message) ?? foreignError(text, number) }
  } catch (error) {
    if (isMicroError(error)) throw error
    const options = { cause: error, outcome: 'unknown' } as const
    throw new MicroError('MICRO_PROTOCOL', 'A reply with malformed headers was received.', options)
  }
}

/** The typed error, not trusted yet: core looks at it before anyone else does. */
function wireErrorIn({ data }: Msg): WireError | undefined {
  try {
    const body: unknown = readBody(data, 'unknown')
    const isTyped = typeof body === 'object' && body !== null && 'code' in body && 'message' in body
    return isTyped && String(body.code).startsWith('MICRO_') ? (body as WireError) : undefined
  } catch {
    return undefined
  }
}

/** Of a service that is none of ours: nobody knows what it did. */
function foreignError(text = '', number = ''): WireError {
  const code = FOREIGN.get(Number(number)) ?? 'MICRO_INTERNAL'
  const message = text === '' ? `The service answered with the error ${number}.` : text
  return { code, message, retryable: code === 'MICRO_OVERLOADED' || code === 'MICRO_UNAVAILABLE', outcome: 'unknown' }
}
