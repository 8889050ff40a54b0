import type { EventStoreProvider, RecordedEvent } from '@micro/core'
import { systemRuntime } from '@micro/core'
import { stderrLogger } from '../../src/runtime/stderr-logger.ts'

/** Everything that a log holds. */
export async function eventsOf(provider: EventStoreProvider): Promise<RecordedEvent[]> {
  const host = { runtime: systemRuntime(), logger: stderrLogger(), service: 'test', instance: 'test' }
  const store = await provider.open(host)
  const events: RecordedEvent[] = []
  for await (const batch of store.readAll()) events.push(...batch)
  await store.close()
  return events
}
