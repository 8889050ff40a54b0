import { DIGIT_PLACES, uuidTextBuffer } from './uuid-text.ts'

const HEX = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
const COUNTER_START = 2 ** 31

/**
 * Makes UUIDv7s (RFC 9562 §5.7) that sort in the order in which they were made, also within one millisecond and when the
 * clock stands still or goes back (it then counts on from the latest time it had). After the 48 bits of time come a
 * counter of 32 bits (§6.2 method 1: 12 in `rand_a`, 20 in front of `rand_b`), which begins each millisecond at a random
 * number below 2^31, and 42 random bits. A counter that runs over borrows the next millisecond.
 *
 * @param now milliseconds since 1970
 * @param random32 a random integer in [0, 2^32); asked at most three times per id
 */
export function createUuidV7(now: () => number, random32: () => number): () => string {
  const text = uuidTextBuffer()
  let latest = -1
  let counter = 0

  function put(firstDigit: number, digits: number, value: number): void {
    for (let digit = firstDigit + digits - 1, rest = value; digit >= firstDigit; digit--, rest >>>= 4)
      text[DIGIT_PLACES[digit] as number] = HEX[rest & 15] as number
  }

  function begin(time: number): void {
    latest = time
    counter = random32() % COUNTER_START
    put(0, 8, Math.floor(time / 0x10000))
    put(8, 4, time & 0xffff)
  }

  return () => {
    const time = Math.floor(now())
    if (time > latest) begin(time)
    else if (++counter >= 2 ** 32) begin(latest + 1)
    put(12, 4, 0x7000 | (counter >>> 20))
    // The variant's two bits, then fourteen bits of the counter; its last six lead the next eight digits.
    put(16, 4, 0x8000 | ((counter >>> 6) & 0x3fff))
    put(20, 8, (((counter & 0x3f) << 26) | (random32() >>> 6)) >>> 0)
    put(28, 4, random32() >>> 16)
    return text.toString('latin1')
  }
}
