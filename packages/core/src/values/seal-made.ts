import { isMicroError } from '../errors/micro-error.ts'
import type { JsonValue } from './json.ts'
import { sealJson } from './seal-json.ts'

/**
 * `sealJson` for what the service's own code made: that it is no JSON is that code's fault, and no caller's.
 *
 * @throws TypeError naming the first problem and its path
 */
export function sealMade(value: unknown, what: string): JsonValue {
  try {
    return sealJson(value, what)
  } catch (cause) {
    throw isMicroError(cause, 'MICRO_INVALID') ? new TypeError(cause.message, { cause }) : cause
  }
}
