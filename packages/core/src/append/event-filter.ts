import type { EventFilter, RecordedEvent } from '../ports/event-store.ts'

/** Whether a filter lets an event pass. A list that is given and empty lets nothing pass. */
export function matchesFilter(event: Pick<RecordedEvent, 'type' | 'stream'>, filter: EventFilter): boolean {
  const { types, streamPrefixes } = filter
  if (types !== undefined && !types.includes(event.type)) return false
  return streamPrefixes === undefined || streamPrefixes.some((prefix) => event.stream.startsWith(prefix))
}

/** The test of a filter, prepared for many events; `undefined` when everything passes. */
export function compileFilter(
  filter: EventFilter | undefined,
): ((event: Pick<RecordedEvent, 'type' | 'stream'>) => boolean) | undefined {
  if (filter === undefined || (filter.types === undefined && filter.streamPrefixes === undefined)) return undefined
  const types = filter.types && new Set(filter.types)
  const prefixes = filter.streamPrefixes && [...filter.streamPrefixes]
  return ({ type, stream }) => {
    if (types !== undefined && !types.has(type)) return false
    return prefixes === undefined || prefixes.some((prefix) => stream.startsWith(prefix))
  }
}
