import type { AppendResult, Position, StreamRevision, StreamWrite } from '../ports/event-store.ts'
import { conflictError, findConflicts } from './find-conflicts.ts'
import { duplicateError, firstRevisionAfter, resultOfSameAppend, type StoredEvent } from './same-append.ts'

/** What an append is decided on: the log as it stands, with nothing able to change it until the events are in. */
export interface AppendView {
  /** Whether the store refuses an id that it holds, as `capabilities.uniqueEventIds` says. */
  readonly uniqueEventIds: boolean
  revisionOf(stream: string): StreamRevision
  /** Revision of the stream's last event before this position. */
  revisionBefore(stream: string, position: Position): StreamRevision
  /** All events, in position order, of the append that holds this id. Not asked unless `uniqueEventIds`. */
  appendWithId(id: string): readonly StoredEvent[] | undefined
  /** All events, in position order, of the append that wrote this revision. Not asked where `uniqueEventIds`. */
  appendAt(stream: string, revision: number): readonly StoredEvent[] | undefined
}

/**
 * Decides an append for stores that can ask their log synchronously: inside one turn, or inside one write transaction.
 *
 * @returns `undefined`: write the events now; otherwise the first result of the same append, and nothing is to be written
 * @throws MicroError `MICRO_DUPLICATE`, `MICRO_CONFLICT`
 */
export function decideAppend(writes: readonly StreamWrite[], view: AppendView): AppendResult | undefined {
  if (view.uniqueEventIds) {
    const repeated = findStoredId(writes, view)
    if (repeated !== undefined) {
      const result = sameAppend(writes, repeated.stored, view)
      if (result !== undefined) return result
      throw duplicateError(repeated.id, repeated.stored.find(({ id }) => id === repeated.id)?.position)
    }
  }
  const conflicts = findConflicts(writes, (stream) => view.revisionOf(stream))
  if (conflicts.length === 0) return undefined
  if (!view.uniqueEventIds) {
    const result = sameAppend(writes, appendInPlace(writes, view), view)
    if (result !== undefined) return result
  }
  throw conflictError(conflicts)
}

function findStoredId(
  writes: readonly StreamWrite[],
  view: AppendView,
): { readonly id: string; readonly stored: readonly StoredEvent[] } | undefined {
  for (const { events } of writes) {
    if (events === undefined) continue
    for (const { id } of events) {
      const stored = view.appendWithId(id)
      if (stored !== undefined) return { id, stored }
    }
  }
  return undefined
}

/** The append that wrote what `writes` would write first, if its place is taken. */
function appendInPlace(writes: readonly StreamWrite[], view: AppendView): readonly StoredEvent[] | undefined {
  const first = writes.find(({ events = [] }) => events.length > 0)
  const revision = first && firstRevisionAfter(first.expected)
  return first === undefined || revision === undefined ? undefined : view.appendAt(first.stream, revision)
}

function sameAppend(
  writes: readonly StreamWrite[],
  stored: readonly StoredEvent[] | undefined,
  view: AppendView,
): AppendResult | undefined {
  const first = stored?.[0]
  if (stored === undefined || first === undefined) return undefined
  return resultOfSameAppend(writes, stored, (stream) => view.revisionBefore(stream, first.position))
}
