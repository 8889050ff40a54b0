import { sha1Hex } from '../runtime/hash.ts'

const encoder = new TextEncoder()

/** SHA-1 of a text in UTF-8, in lower-case hexadecimal: names things by what they say, never against an attacker. */
export function textHash(text: string): string {
  return sha1Hex(encoder.encode(text))
}
