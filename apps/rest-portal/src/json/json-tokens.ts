const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * Calls back for each string, number and sign of punctuation in a JSON text, with its first character and its place.
 * White space, `true`, `false` and `null` are passed over.
 *
 * @param text valid JSON
 */
export function eachToken(text: string, visit: (first: string, start: number, end: number) => void): void {
  for (let at = 0; at < text.length;) {
    const first = text[at] as string
    const end = endOf(text, first, at)
    if (end !== undefined) visit(first, at, end)
    at = end ?? at + 1
  }
}

function endOf(text: string, first: string, start: number): number | undefined {
  if ('{}[]:,'.includes(first)) return start + 1
  if (first === '"') return endOfString(text, start)
  if (first === '-' || (first >= '0' && first <= '9')) return endOfNumber(text, start)
  return undefined
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return at + 1
    if (code === BACKSLASH) at++
  }
  return text.length
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && '0123456789.eE+-'.includes(text[at] as string)) at++
  return at
}
