import { types } from 'node:util'

export function isError(value: unknown): value is Error {
  try {
    return types.isNativeError(value) || value instanceof Error
  } catch {
    // A proxy whose prototype cannot be asked for.
    return false
  }
}

/** What is logged of an error, in the order in which it is read; its stack apart, because that is longest. */
export interface ErrorEntries {
  readonly entries: readonly (readonly [string, unknown])[]
  readonly stack: unknown
}

/** Name, code, message, the error's own properties (of a `MicroError`: outcome, details, …), its cause and its parts. */
export function errorEntries(error: object): ErrorEntries {
  const entries = new Map<string, unknown>()
  const first = ['name', 'code', 'message']
  const last = ['cause', 'errors']
  for (const key of first) entries.set(key, read(error, key))
  for (const key of Object.keys(error)) if (key !== 'stack' && !last.includes(key)) entries.set(key, read(error, key))
  for (const key of last) entries.set(key, read(error, key))
  const present = [...entries].filter(([, value]) => value !== undefined)
  return { entries: present, stack: read(error, 'stack') }
}

function read(error: object, key: string): unknown {
  try {
    return (error as Record<string, unknown>)[key]
  } catch {
    return '[unreadable]'
  }
}

const FRAME = /^\s*at [^\n]*(?::\d+:\d+\)?|\(native\)|\(<anonymous>\)|<anonymous>)$/
const LINE_END = /\r\n|[\n\r]/g
const MOST_LINES = 50

/**
 * A stack whose text is cleaned and whose frames are kept as they are: `secret.ts:10:5` is a place, not a pair. Lines that
 * come of the message are indented, so that a message cannot begin a line of its own.
 */
export function redactStack(stack: string, error: object, clean: (text: string) => string): string {
  const message = read(error, 'message')
  const at = typeof message === 'string' && message !== '' ? stack.indexOf(message) : -1
  const headEnd = at >= 0 && typeof message === 'string' ? at + message.length : 0
  const head = clean(stack.slice(0, headEnd)).replace(LINE_END, String.raw`\n`)
  // Where the message is not found, nobody knows where it ends: then all of it is text.
  const isKnown = at >= 0
  const lines = (isKnown ? stack.slice(headEnd) : clean(stack)).split(LINE_END)
  const rest = lines
    .slice(0, MOST_LINES)
    .map((line, index) =>
      index === 0 ? line : `    ${FRAME.test(line) || !isKnown ? line.trim() : clean(line.trim())}`,
    )
  if (lines.length > MOST_LINES) rest.push(`    … ${lines.length - MOST_LINES} more`)
  return head + rest.join('\n')
}
