import type { Headers } from '@micro/core'
import type { Msg, MsgHdrs } from 'nats'

const VERSION = 'NATS/1.0\r\n'

/** How a name is written, by how core writes it. There are few. */
const written = new Map<string, string>()
/** The other way round. Names come from anybody, so their number is bounded. */
const lowered = new Map<string, string>()
const MOST_NAMES = 1_000

/**
 * Headers as the client sends them. It asks for nothing but their bytes, and its own class costs more than the rest of a
 * call: each name is compared with all before it, and each value is looked through again.
 *
 * @param headers names in lower case, names and values checked
 */
export function writeHeaders(headers: Headers): MsgHdrs | undefined {
  let text = VERSION
  for (const name in headers) text += `${writtenName(name)}: ${headers[name]}\r\n`
  if (text === VERSION) return undefined
  return new EncodedHeaders(`${text}\r\n`) as unknown as MsgHdrs
}

/**
 * Headers of a received message, names in lower case. A header that is there twice has both values, joined by a comma.
 *
 * @throws Error of the client when they are malformed
 */
export function readHeaders(message: Msg): Headers {
  const received = message.headers
  const headers: Record<string, string> = {}
  if (received === undefined) return headers
  for (const [name, values] of received)
    headers[loweredName(name)] = values.length === 1 ? (values[0] as string) : values.join(',')
  return headers
}

class EncodedHeaders {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  encode(): Uint8Array {
    return Buffer.from(this.#text, 'utf8')
  }
}

/** As in the reference: `Micro-Deadline`, but `traceparent`, which is written so everywhere. */
function writtenName(name: string): string {
  let found = written.get(name)
  if (found === undefined) {
    found = /^(?:micro|nats)-/.test(name) ? name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase()) : name
    remember(written, name, found)
  }
  return found
}

function loweredName(name: string): string {
  let found = lowered.get(name)
  if (found === undefined) {
    found = name.toLowerCase()
    remember(lowered, name, found)
  }
  return found
}

function remember(names: Map<string, string>, name: string, value: string): void {
  if (names.size < MOST_NAMES) names.set(name, value)
}
