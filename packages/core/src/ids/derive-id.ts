import { sha1Hex } from '../runtime/hash.ts'
import { DIGIT_PLACES, uuidTextBuffer } from './uuid-text.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const TIME_ORDERED = /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

const NAMESPACE_BYTES = 16
const TIME_LENGTH = 13
/** In ASCII this bit tells lower case from upper; digits and the dash have it anyway. */
const LOWER_CASE = 0x20
const VERSION_PLACE = 14
const VARIANT_PLACE = 19

// Work space, filled anew by each call; only the last namespace's bytes stay, since the next call often has the same one.
const input = Buffer.alloc(NAMESPACE_BYTES + 1024)
const output = uuidTextBuffer()
let namespaceInInput = ''

/**
 * The id of a name within a namespace: the same two give the same id, in every process and for ever. This is part of
 * the stored format and never changes.
 *
 * 1. The id is the first 16 bytes of SHA-1 over the namespace's 16 bytes and the name in UTF-8, with version 5 and the
 *    variant bits `10` (RFC 9562 §5.5, uuidv5).
 * 2. But where the name is *time-ordered*, or else the namespace is, that one's first 48 bits stand in front instead of
 *    the hash's, and the version is 8. Time-ordered is a UUID of version 7 or 8 with the variant bits `10`, in upper or
 *    lower case: a UUIDv7, or an id made here from one. Indexes of ids stay small and fast when new ids lie side by side.
 *
 * @param namespace a UUID
 * @returns a UUID in lower case
 * @throws TypeError when the namespace is no UUID
 */
export function deriveId(namespace: string, name: string): string {
  if (namespace !== namespaceInInput) putNamespace(namespace)
  const hash = sha1Hex(inputWith(name))
  for (let digit = 0; digit < DIGIT_PLACES.length; digit++)
    output[DIGIT_PLACES[digit] as number] = hash.charCodeAt(digit)
  const time = isTimeOrdered(name) ? name : isTimeOrdered(namespace) ? namespace : undefined
  if (time !== undefined)
    for (let place = 0; place < TIME_LENGTH; place++) output[place] = time.charCodeAt(place) | LOWER_CASE
  output[VERSION_PLACE] = (time === undefined ? '5' : '8').charCodeAt(0)
  output[VARIANT_PLACE] = '89ab'.charCodeAt(digitAt(hash, 16) & 3)
  return output.toString('latin1')
}

function isTimeOrdered(text: string): boolean {
  return text.length === output.length && TIME_ORDERED.test(text)
}

function putNamespace(namespace: string): void {
  if (!UUID.test(namespace)) throw new TypeError(`deriveId: the namespace '${namespace}' is no UUID`)
  for (let byte = 0; byte < NAMESPACE_BYTES; byte++) {
    const high = digitAt(namespace, DIGIT_PLACES[byte * 2] as number)
    input[byte] = (high << 4) | digitAt(namespace, DIGIT_PLACES[byte * 2 + 1] as number)
  }
  namespaceInInput = namespace
}

function inputWith(name: string): Uint8Array {
  // One UTF-16 code unit makes at most three bytes of UTF-8.
  if (name.length * 3 > input.length - NAMESPACE_BYTES)
    return Buffer.concat([input.subarray(0, NAMESPACE_BYTES), Buffer.from(name, 'utf8')])
  return input.subarray(0, NAMESPACE_BYTES + input.write(name, NAMESPACE_BYTES, 'utf8'))
}

/** The value of the hexadecimal digit at a place. */
function digitAt(text: string, place: number): number {
  const code = text.charCodeAt(place)
  return code <= 0x39 ? code - 0x30 : (code | LOWER_CASE) - 0x57
}
