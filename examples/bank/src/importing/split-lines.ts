/** One line of a file, counted from 1, without its line end. */
export interface Line {
  readonly number: number
  readonly bytes: Uint8Array
}

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

/** All lines; an empty last one is none. Bytes, because one that is not UTF-8 must not spoil the others. */
export function* splitLines(bytes: Uint8Array): Iterable<Line> {
  let start = BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte) ? BYTE_ORDER_MARK.length : 0
  for (let number = 1; start < bytes.length; number++) {
    const found = bytes.indexOf(LINE_FEED, start)
    const end = found === -1 ? bytes.length : found
    const last = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end
    yield { number, bytes: bytes.subarray(start, last) }
    start = end + 1
  }
}
