import { checkWrites, type ExpectedRevision, type JsonObject, type NewEvent, sealJson, type StreamWrite } from '@micro/core'

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
  const prepared = writes.map(({ stream, expected, events = [] }) => ({ stream, expected, events: events.map(prepareEvent) }))
  let eventCount = 0
  for (const { events } of prepared) eventCount += events.length
  return {
    writes: prepared.map(({ stream, expected, events }) => ({ stream, expected, events: events.map(({ event }) => event) })),
    prepared,
    eventCount,
  }
}

function prepareEvent({ id, type, data, time, metadata }: NewEvent): PreparedEvent {
  // Core seals data before an append, and sealing again costs nothing; anyone else's is copied here.
  const sealed = sealJson(data, 'the data of an event') as JsonObject
  return {
    event: { id, type, data: sealed, time, metadata: sealJson(metadata, 'the metadata of an event') as JsonObject },
    data: JSON.stringify(sealed),
  }
}
