import { invalidError } from '../values/invalid-error.ts'

const CALLERS_ID = /^[\x21-\x7e]{1,128}$/

/**
 * Checks the id that a caller gave its call: 1–128 visible ASCII characters (0x21–0x7e), so that it fits into a header,
 * a log line and a key.
 *
 * @returns the id
 * @throws MICRO_INVALID
 */
export function checkCallersId(id: unknown): string {
  if (typeof id === 'string' && CALLERS_ID.test(id)) return id
  throw invalidError('the id of the call', [{ path: '', message: 'must be 1 to 128 visible ASCII characters' }])
}
