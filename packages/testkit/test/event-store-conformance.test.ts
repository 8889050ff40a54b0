import { memoryEventStore } from '@micro/core'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { eventStoreConformance, type EventStoreHarness } from '../src/event-store/index.ts'

const runner = { describe, it, beforeEach, afterEach }

for (const uniqueEventIds of [true, false]) {
  const create = async (): Promise<EventStoreHarness> => {
    const provider = memoryEventStore({ uniqueEventIds })
    return { provider, reopen: async () => provider }
  }
  const name = uniqueEventIds ? 'memory' : 'memory without unique ids'
  eventStoreConformance({ name, create, runner, scale: 1 })
}
