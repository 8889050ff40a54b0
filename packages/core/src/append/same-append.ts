import { MicroError } from '../errors/micro-error.ts'
import type {
  AppendResult,
  ExpectedRevision,
  Position,
  RecordedEvent,
  StreamRevision,
  StreamWrite,
} from '../ports/event-store.ts'

/** What must be known of a stored event to recognise its append. */
export type StoredEvent = Pick<RecordedEvent, 'id' | 'stream' | 'revision' | 'position'>

/**
 * The first result of an append that is asked for again, or `undefined` when `writes` are not that append.
 *
 * The same append again has all ids of the stored one, in the same order and in the same streams, and expects of each
 * written stream exactly what it was before: its revision, or `no-stream`. With `any` or `stream-exists` nothing is the
 * same append. Guards are not asked again and need not be the same.
 *
 * @param stored every event of one stored append, in position order
 * @param revisionBefore revision of a stream that `writes` only guard, just before the stored append
 */
export function resultOfSameAppend(
  writes: readonly StreamWrite[],
  stored: readonly StoredEvent[],
  revisionBefore: (stream: string) => StreamRevision,
): AppendResult | undefined {
  let next = 0
  for (const { stream, expected, events = [] } of writes) {
    if (events.length === 0) continue
    const first = firstRevisionAfter(expected)
    if (first === undefined) return undefined
    for (let index = 0; index < events.length; index++) {
      const old = stored[next++]
      if (old === undefined || old.id !== events[index]?.id) return undefined
      if (old.stream !== stream || old.revision !== first + index) return undefined
    }
  }
  const last = stored.at(-1)
  if (last === undefined || next !== stored.length) return undefined
  return {
    position: last.position,
    revisions: writes.map(({ stream, expected, events = [] }) =>
      events.length === 0 ? revisionBefore(stream) : (firstRevisionAfter(expected) ?? 0) + events.length - 1,
    ),
  }
}

/** Revision that the first new event has where this expectation holds; `undefined` where it does not tell. */
export function firstRevisionAfter(expected: ExpectedRevision): number | undefined {
  if (typeof expected === 'number') return expected + 1
  return expected === 'no-stream' ? 0 : undefined
}

/** The error for an append that holds a stored id and is not the stored append again. */
export function duplicateError(eventId: string, position?: Position, cause?: unknown): MicroError<'MICRO_DUPLICATE'> {
  return new MicroError('MICRO_DUPLICATE', `Nothing was appended: event ${eventId} is in the log already.`, {
    details: position === undefined ? { eventId } : { eventId, position },
    cause,
  })
}
