import type { ExpectedRevision, NewEvent, StreamWrite } from '../ports/event-store.ts'
import { checkObject, shown } from '../values/shown.ts'

const ASCII_NAME = /^[\x20-\x7e]{1,200}$/
// Printable beyond ASCII: no controls, no halves of a surrogate pair, no separators of lines or paragraphs.
const NAME = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,200}$/u
// Lower case only: stores that keep an id as 16 bytes give it back so, and the same id is the same event for ever.
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
// What `toISOString` writes: milliseconds, so that a store may keep a date and loses nothing.
const TIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/
const FEW = 16

/** Whether `name` can name a stream or an event type: 1–200 printable characters. */
export function isStreamName(name: unknown): name is string {
  return typeof name === 'string' && (ASCII_NAME.test(name) || NAME.test(name))
}

/**
 * What every event store checks before any I/O. It does not look into `data` and `metadata`: core has made sure that they
 * are JSON, and sealed them.
 *
 * @throws TypeError for no writes at all, the same stream or the same id twice, malformed names, expectations or events
 */
export function checkWrites(writes: readonly StreamWrite[]): void {
  if (!Array.isArray(writes)) throw new TypeError('append: writes must be an array')
  if (writes.length === 0) throw new TypeError('append: neither events nor guards were given')
  let eventCount = 0
  for (let index = 0; index < writes.length; index++) {
    const write = writes[index] as StreamWrite
    checkObject(write, 'append: a write')
    checkStream(write.stream)
    checkExpected(write.stream, write.expected)
    for (let before = 0; before < index && writes.length <= FEW; before++)
      if ((writes[before] as StreamWrite).stream === write.stream) throw sameStreamTwice(write.stream)
    if (write.events === undefined) continue
    if (!Array.isArray(write.events)) throw new TypeError(`append: events of stream "${write.stream}" must be an array`)
    for (const event of write.events) checkEvent(write.stream, event)
    eventCount += write.events.length
  }
  if (writes.length > FEW) checkStreamsOnce(writes)
  if (eventCount > 1) checkIdsOnce(writes)
}

/** @throws TypeError */
export function checkStream(stream: unknown): asserts stream is string {
  if (!isStreamName(stream)) throw new TypeError(`A stream's name is 1–200 printable characters, not ${shown(stream)}`)
}

function checkExpected(stream: string, expected: ExpectedRevision): void {
  if (typeof expected === 'number' ? Number.isSafeInteger(expected) && expected >= 0 : isExpectedWord(expected)) return
  throw new TypeError(
    `append: expected of stream "${stream}" is a revision from 0 on, 'no-stream', 'stream-exists' or 'any', not ${shown(expected)}`,
  )
}

function isExpectedWord(expected: unknown): boolean {
  return expected === 'no-stream' || expected === 'any' || expected === 'stream-exists'
}

function checkEvent(stream: string, event: NewEvent): void {
  if (typeof event !== 'object' || event === null) throw malformed(stream, 'an event must be an object')
  const { id, type, data, metadata, time } = event
  if (typeof id !== 'string' || !UUID.test(id))
    throw malformed(stream, `id must be a UUID in lower case, not ${shown(id)}`)
  if (!isStreamName(type)) throw malformed(stream, `type of event ${id} must be 1–200 printable characters`)
  if (typeof time !== 'string' || !TIME.test(time))
    throw malformed(stream, `time of event ${id} must be as toISOString writes it, not ${String(time)}`)
  if (!isObject(data)) throw malformed(stream, `data of event ${id} must be a JSON object`)
  if (!isObject(metadata)) throw malformed(stream, `metadata of event ${id} must be a JSON object`)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function checkStreamsOnce(writes: readonly StreamWrite[]): void {
  const seen = new Set<string>()
  for (const { stream } of writes) {
    if (seen.has(stream)) throw sameStreamTwice(stream)
    seen.add(stream)
  }
}

function checkIdsOnce(writes: readonly StreamWrite[]): void {
  const seen = new Set<string>()
  for (const { events = [] } of writes) {
    for (const { id } of events) {
      if (seen.has(id)) throw new TypeError(`append: event id ${id} is given twice`)
      seen.add(id)
    }
  }
}

function sameStreamTwice(stream: string): TypeError {
  return new TypeError(`append: stream "${stream}" is named twice; put its events into one write`)
}

function malformed(stream: string, message: string): TypeError {
  return new TypeError(`append: in stream "${stream}": ${message}`)
}
