import { checkWrites, type EventStoreProvider, MicroError } from '@micro/core'
import { changedEventStore } from './changed-event-store.ts'

/** The same store as one without multiStream would be: it refuses appends of several streams. */
export function singleStream(inner: EventStoreProvider): EventStoreProvider {
  const provider = changedEventStore(inner, (store) => ({
    append: async (writes) => {
      checkWrites(writes)
      if (writes.length > 1 && writes.some(({ events = [] }) => events.length > 0))
        throw new MicroError('MICRO_NOT_SUPPORTED', 'One append writes one stream here.')
      return store.append(writes)
    },
  }))
  return { ...provider, capabilities: { ...inner.capabilities, multiStream: false } }
}
