import { hmacSha256 } from '../runtime/hash.ts'
import { canonicalJson } from '../values/canonical-json.ts'
import type { JsonValue } from '../values/json.ts'

/**
 * What the log keeps of a payload, to tell a repeat from another command under the same id: HMAC-SHA-256 over the
 * payload's RFC 8785 JSON in UTF-8, keyed with the caller's raw id (which the log does not hold, so that a log cannot be
 * searched for a payload), in base64url without padding: 43 characters. Part of the stored format.
 *
 * @throws TypeError when a `Secret` is in the payload: there is no digest then
 */
export function payloadDigest(callersId: string, payload: JsonValue): string {
  return hmacSha256(callersId, canonicalJson(payload))
}
