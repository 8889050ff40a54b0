// The drivers cut text off at a NUL, and JSON text can hold one. What is stored has none and keeps the order of code points:
// NUL becomes 1 1, and 1 becomes 1 2.
const NUL = '\0'
const ONE = '\u0001'
const ESCAPED_NUL = '\u0001\u0001'
const ESCAPED_ONE = '\u0001\u0002'

/** Any text as a column can hold it; comparisons in SQL come out as for the text itself. */
export function toStoredText(text: string): string {
  if (!text.includes(NUL) && !text.includes(ONE)) return text
  return text.replaceAll(ONE, ESCAPED_ONE).replaceAll(NUL, ESCAPED_NUL)
}

export function fromStoredText(stored: string): string {
  if (!stored.includes(ONE)) return stored
  return stored.replaceAll(ESCAPED_NUL, NUL).replaceAll(ESCAPED_ONE, ONE)
}
