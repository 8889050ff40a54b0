import type { EventStoreProvider, RecordedEvent } from '@micro/core'
import { eventsIn, openStore } from '../../../test-e2e/test/support/open-store.ts'

/** The whole log, as it is now. */
export async function readLog(provider: EventStoreProvider): Promise<readonly RecordedEvent[]> {
  const store = await openStore(provider)
  const log = await eventsIn(store)
  await store.close()
  return log
}
