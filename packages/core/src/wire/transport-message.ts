import { isMicroError, MicroError, withErrorOptions } from '../errors/micro-error.ts'
import type { WireError } from '../errors/wire-error.ts'
import type { Headers, Message, Reply } from '../ports/transport.ts'
import type { JsonValue } from '../values/json.ts'
import { checkObject, shown } from '../values/shown.ts'

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const HEADER_VALUE = /^[^\p{Cc}\p{Cs}]*$/u
// Tokens between dots without white space, and without the wildcards `*` and `>`.
const SUBJECT = /^[^\s.*>\p{Cc}\p{Cs}]+(?:\.[^\s.*>\p{Cc}\p{Cs}]+)*$/u

/** Names come from anybody, so how many are remembered is bounded. */
const MOST_REMEMBERED = 1_000
/** Names that were looked at before, in lower case. */
const loweredNames = new Map<string, string>()
const knownSubjects = new Set<string>()

/** A message as it lies on the wire: every receiver parses its own copy. */
export interface PackedMessage {
  readonly headers: Headers
  /** JSON text; `undefined` is no body at all. */
  readonly text: string | undefined
}

/**
 * @throws TypeError for header names and values that no wire takes, and for a body that is not JSON
 * @throws MicroError `MICRO_TOO_LARGE`
 */
export function packMessage(message: Message, maxBodyBytes: number): PackedMessage {
  checkObject(message, 'A message')
  checkObject(message.headers, 'The headers of a message')
  const headers: Record<string, string> = {}
  for (const name of Object.keys(message.headers)) {
    const lowered = loweredNames.get(name) ?? lowerName(name)
    const value: unknown = message.headers[name]
    if (typeof value !== 'string' || !isLine(value))
      throw new TypeError(`Malformed value of header "${name}": a header is one line of text`)
    headers[lowered] = value
  }
  const text = message.body === undefined ? undefined : toJson(message.body)
  checkSize(text, maxBodyBytes)
  return { headers, text }
}

function lowerName(name: string): string {
  if (!HEADER_NAME.test(name)) throw new TypeError(`Malformed header name ${JSON.stringify(name)}`)
  const lowered = name.toLowerCase()
  if (loweredNames.size < MOST_REMEMBERED) loweredNames.set(name, lowered)
  return lowered
}

/** Nearly all values are visible ASCII, which is seen without the tables of Unicode. */
function isLine(value: string): boolean {
  for (let place = 0; place < value.length; place++) {
    const code = value.charCodeAt(place)
    if (code < 0x20 || code > 0x7e) return HEADER_VALUE.test(value)
  }
  return true
}

/** The receiver's own copy. */
export function unpackMessage({ headers, text }: PackedMessage): Message {
  return text === undefined
    ? { headers: { ...headers } }
    : { headers: { ...headers }, body: JSON.parse(text) as JsonValue }
}

/** A reply as it lies on the wire. */
export interface PackedReply extends PackedMessage {
  /** The text is a `WireError`. */
  readonly isError: boolean
}

/**
 * A handler's reply for the wire. The handler has run, so that what is wrong with its reply leaves the outcome unknown.
 *
 * @throws MicroError `MICRO_TOO_LARGE`, or `MICRO_INTERNAL` for what is no reply
 */
export function packReply(reply: Reply, maxBodyBytes: number): PackedReply {
  try {
    const body = (reply.error as JsonValue | undefined) ?? reply.body
    const { headers, text } = packMessage({ headers: reply.headers, body }, maxBodyBytes)
    return { headers, text, isError: reply.error !== undefined }
  } catch (error) {
    if (isMicroError(error)) throw withErrorOptions(error, { outcome: 'unknown' })
    throw new MicroError('MICRO_INTERNAL', 'The service gave a malformed reply.', { cause: error, outcome: 'unknown' })
  }
}

/** A reply as the caller gets it. @throws as `packReply` */
export function copyReply(reply: Reply, maxBodyBytes: number): Reply {
  const packed = packReply(reply, maxBodyBytes)
  const { headers, body } = unpackMessage(packed)
  if (packed.isError) return { headers, error: body as object as WireError }
  return body === undefined ? { headers } : { headers, body }
}

/** @throws TypeError for what cannot name one place: empty, white space, wildcards */
export function checkSubject(subject: unknown): asserts subject is string {
  if (knownSubjects.has(subject as string)) return
  if (typeof subject !== 'string' || !SUBJECT.test(subject))
    throw new TypeError(`A subject is words joined by dots, without wildcards, not ${shown(subject)}`)
  if (knownSubjects.size < MOST_REMEMBERED) knownSubjects.add(subject)
}

function toJson(body: JsonValue): string {
  const text: string | undefined = JSON.stringify(body)
  if (text === undefined) throw new TypeError('A body must be JSON')
  return text
}

function checkSize(text: string | undefined, limit: number): void {
  // A code unit takes 3 bytes at most, so most bodies need not be counted.
  if (text === undefined || text.length * 3 <= limit) return
  const actual = new TextEncoder().encode(text).length
  if (actual <= limit) return
  throw new MicroError('MICRO_TOO_LARGE', `The body has ${actual} bytes; the transport takes ${limit}.`, {
    details: { limit, actual },
  })
}

/** @throws TypeError for what is no number of milliseconds */
export function checkDuration(what: string, value: unknown): asserts value is number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new TypeError(`${what} must be a number of milliseconds, not ${shown(value)}`)
}
