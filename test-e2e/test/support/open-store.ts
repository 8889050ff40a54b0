import { type EventStore, type EventStoreProvider, type RecordedEvent, systemRuntime } from '@micro/core'
import { silentLogger } from './silent-logger.ts'

/** A handle of its own, for a test that looks at the log or writes into it. */
export function openStore(provider: EventStoreProvider): Promise<EventStore> {
  return provider.open({ runtime: systemRuntime(), logger: silentLogger, service: 'test', instance: 'test' })
}

/** The whole log, as it is now. */
export async function eventsIn(store: EventStore): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for await (const batch of store.readAll()) events.push(...batch)
  return events
}
