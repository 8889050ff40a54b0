import { invalidError } from './invalid-error.ts'
import { pointerTo } from './json-pointer.ts'
import type { JsonValue } from './json.ts'
import { sealJson } from './seal-json.ts'

/** Whether a top-level key of event data is kept for the format itself. */
export function isReservedKey(key: string): boolean {
  return key.startsWith('$')
}

/**
 * `sealJson` for the data of an event: no secrets, and no top-level key that begins with `$`.
 *
 * @throws MICRO_INVALID with every problem and its path
 */
export function sealEventData(data: unknown, what: string): JsonValue {
  const sealed = sealJson(data, what)
  if (typeof sealed !== 'object' || sealed === null || Array.isArray(sealed)) return sealed
  const reserved = Object.keys(sealed).filter(isReservedKey)
  if (reserved.length === 0) return sealed
  const message = 'must not be a key: event data may not have keys that begin with $'
  throw invalidError(
    what,
    reserved.map((key) => ({ path: pointerTo('', key), message })),
  )
}
