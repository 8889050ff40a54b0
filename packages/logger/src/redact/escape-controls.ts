// Control characters but tab and line ends, which JSON encodes; separators and marks that move or hide what stands beside them.
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

const LINE_ENDS: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` }

/** Shows characters that could drive a terminal, or turn a text around, as `\x1b` and the like. */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0)
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

/** For output that is not JSON: no text may begin a line of its own. */
export function escapeLineEnds(text: string): string {
  return text.replace(/[\n\r\t]/g, (character) => LINE_ENDS[character] ?? '')
}
