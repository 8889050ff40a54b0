import { type EventStoreProvider, memoryEventStore } from '@micro/core'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { eventStoreConformance, type EventStoreHarness } from '../src/event-store/index.ts'
import { gappedEventStore } from './gapped-event-store.ts'
import { singleStream } from './single-stream-event-store.ts'

const runner = { describe, it, beforeEach, afterEach }

const PROVIDERS: Readonly<Record<string, () => EventStoreProvider>> = {
  memory: () => memoryEventStore(),
  'memory without unique ids': () => memoryEventStore({ uniqueEventIds: false }),
  'memory without multiStream': () => singleStream(memoryEventStore()),
  'memory without unique ids and multiStream': () => singleStream(memoryEventStore({ uniqueEventIds: false })),
}

for (const [name, provide] of Object.entries(PROVIDERS)) {
  const create = async (): Promise<EventStoreHarness> => {
    const provider = provide()
    return { provider, reopen: async () => provider }
  }
  eventStoreConformance({ name, create, runner })
}

eventStoreConformance({
  name: 'memory that can stall an append',
  create: gappedEventStore({ isPassed: false }),
  runner,
})
