import { type EventStore, type EventStoreProvider, type RecordedEvent, systemRuntime } from '@micro/core'
import { silentLogger } from '../../../test-e2e/test/support/silent-logger.ts'

/** A handle of its own, for a test that looks at the log or writes into it. */
export function openStore(provider: EventStoreProvider): Promise<EventStore> {
  const runtime = systemRuntime()
  return provider.open({ runtime, logger: silentLogger, service: 'test', instance: runtime.newId() })
}

/** The whole log, as it is now. */
export async function readLog(provider: EventStoreProvider): Promise<readonly RecordedEvent[]> {
  const store = await openStore(provider)
  const log: RecordedEvent[] = []
  for await (const batch of store.readAll()) log.push(...batch)
  await store.close()
  return log
}
