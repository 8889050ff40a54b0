import { type JsonValue, MicroError, type Outcome } from '@micro/core'

// What is no UTF-8 is refused and not mended: what a service reads is what was sent.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** @throws MicroError `MICRO_PROTOCOL` for what is no JSON */
export function readBody(data: Uint8Array, outcome: Outcome): JsonValue | undefined {
  if (data.length === 0) return undefined
  try {
    return JSON.parse(decoder.decode(data)) as JsonValue
  } catch (error) {
    throw new MicroError('MICRO_PROTOCOL', 'A body that is not JSON was received.', { cause: error, outcome })
  }
}
