import type { Headers } from '@micro/core'
import type { Msg, MsgHdrs } from 'nats'

const VERSION = 'NATS/1.0\r\n'

/** How a name is written, by how core writes it. There are few. */
const written = new Map<string, string>()
/** The other way round. Names come from anybody, so their number is bounded. */
const lowered = new Map<string, string>()
const MOST_NAMES = 1_000

/** Headers as bytes. */
export interface WrittenHeaders {
  /** The client asks for nothing but its bytes. */
  readonly encoded: MsgHdrs
  readonly size: number
}

/**
 * Headers as the client sends them. Its own class costs more than the rest of a
 * call: each name is compared with all before it, and each value is looked through again.
 *
 * @param headers names in lower case, names and values checked
 */
export function writeHeaders(headers: Headers): WrittenHeaders | undefined {
  let text = VERSION
  for (const name in headers) text += `${writtenName(name)}: ${headers[name]}\r\n`
  if (text === VERSION) return undefined
  const bytes = Buffer.from(`${text}\r\n`, 'utf8')
  return { encoded: new EncodedHeaders(bytes) as unknown as MsgHdrs, size: bytes.length }
}

/**
 * Headers of a received message, names in lower case. A header that is there twice has both values, joined by a comma.
 *
 * @throws Error of the client when they are malformed
 */
export function readHeaders(message: Msg): Headers {
  const bytes = headerBytes(message)
  return bytes === undefined ? readParsed(message) : parseHeaders(bytes)
}

/** What the client holds before it parses: its way of parsing costs as much as all the rest of a call. */
interface UnparsedMessage {
  readonly _rdata?: unknown
  readonly _msg?: { readonly hdr?: unknown }
}

/** The bytes of the headers, where this client keeps them as we know it; else it is asked in the public way. */
function headerBytes(message: Msg): Buffer | undefined {
  const { _rdata: data, _msg: parsed } = message as UnparsedMessage
  const length = parsed?.hdr
  if (!(data instanceof Uint8Array) || typeof length !== 'number') return undefined
  return Buffer.from(data.buffer, data.byteOffset, Math.max(0, length))
}

function readParsed(message: Msg): Headers {
  const headers: Record<string, string> = {}
  for (const [name, values] of message.headers ?? []) for (const value of values) add(headers, name, value)
  return headers
}

function parseHeaders(bytes: Buffer): Headers {
  const headers: Record<string, string> = {}
  if (bytes.length === 0) return headers
  const text = bytes.toString('utf8')
  // The first line is the version, with a status of the server's.
  let start = text.indexOf('\r\n') + 2
  for (let end = text.indexOf('\r\n', start); end > start; end = text.indexOf('\r\n', start)) {
    const colon = text.indexOf(':', start)
    if (colon > start && colon < end) add(headers, text.slice(start, colon), text.slice(colon + 1, end).trim())
    start = end + 2
  }
  return headers
}

function add(headers: Record<string, string>, name: string, value: string): void {
  const key = loweredName(name)
  headers[key] = Object.hasOwn(headers, key) ? `${headers[key]},${value}` : value
}

class EncodedHeaders {
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  encode(): Uint8Array {
    return this.#bytes
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
