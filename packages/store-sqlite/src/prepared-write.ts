import {
  checkWrites,
  type ExpectedRevision,
  type JsonObject,
  type JsonValue,
  type NewEvent,
  type StreamWrite,
} from '@micro/core'

/** An event that nobody can change any more, and its data as JSON. */
export interface PreparedEvent {
  readonly event: NewEvent
  readonly data: string
}

export interface PreparedWrite {
  readonly stream: string
  readonly expected: ExpectedRevision
  readonly events: readonly PreparedEvent[]
}

export interface PreparedAppend {
  /** As they were asked for, for the decision. */
  readonly writes: readonly StreamWrite[]
  readonly prepared: readonly PreparedWrite[]
  readonly eventCount: number
}

/**
 * Does all that needs no transaction, in the turn of the call: what the caller changes afterwards changes nothing.
 *
 * @throws TypeError for malformed writes
 */
export function prepareAppend(writes: readonly StreamWrite[]): PreparedAppend {
  checkWrites(writes)
  const prepared = writes.map(({ stream, expected, events = [] }) => ({
    stream,
    expected,
    events: events.map(prepareEvent),
  }))
  let eventCount = 0
  for (const { events } of prepared) eventCount += events.length
  return {
    writes: prepared.map(({ stream, expected, events }) => ({
      stream,
      expected,
      events: events.map(({ event }) => event),
    })),
    prepared,
    eventCount,
  }
}

function prepareEvent({ id, type, data, time, metadata }: NewEvent): PreparedEvent {
  const text = JSON.stringify(data)
  return { event: { id, type, data: keep(data, text), time, metadata: keep(metadata) }, data: text }
}

/** Core seals data before an append, and that is kept as it is; of anyone else's a frozen copy. */
function keep(value: JsonObject, text: string = ''): JsonObject {
  return isFrozenThroughout(value)
    ? value
    : (freeze(JSON.parse(text || JSON.stringify(value)) as JsonValue) as JsonObject)
}

function isFrozenThroughout(value: object): boolean {
  if (!Object.isFrozen(value)) return false
  for (const member of Object.values(value) as readonly JsonValue[])
    if (typeof member === 'object' && member !== null && !isFrozenThroughout(member)) return false
  return true
}

function freeze(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value) as readonly JsonValue[]) freeze(member)
  return Object.freeze(value)
}
