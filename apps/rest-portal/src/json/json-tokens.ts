/** Kinds of tokens: the code of the character that they begin with. */
export const STRING = 0x22
export const COMMA = 0x2c
export const COLON = 0x3a
export const OPEN_ARRAY = 0x5b
export const CLOSE_ARRAY = 0x5d
export const OPEN_OBJECT = 0x7b
export const CLOSE_OBJECT = 0x7d
/** Begins with any digit or a minus. */
export const NUMBER = 0

const NOTHING = -1
const BLANK = 0x20
const BACKSLASH = 0x5c

/** What an ASCII character begins outside strings. */
const KINDS = Int8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if ('-0123456789'.includes(character)) return NUMBER
  return '"{}[]:,'.includes(character) ? code : NOTHING
})

/**
 * Calls back for each string, number and sign of punctuation in a JSON text, with its kind and its place. White space,
 * `true`, `false` and `null` are passed over.
 *
 * @param text valid JSON
 */
export function eachToken(text: string, visit: (kind: number, start: number, end: number) => void): void {
  for (let at = 0; at < text.length;) {
    const kind = KINDS[text.charCodeAt(at)] ?? NOTHING
    const end = kind === STRING ? endOfString(text, at) : kind === NUMBER ? endOfNumber(text, at) : at + 1
    if (kind !== NOTHING) visit(kind, at, end)
    at = end
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === STRING) return at + 1
    if (code === BACKSLASH) at++
  }
  return text.length
}

function endOfNumber(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code <= BLANK || code === COMMA || code === CLOSE_ARRAY || code === CLOSE_OBJECT) return at
  }
  return text.length
}
