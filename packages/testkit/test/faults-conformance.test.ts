import { memoryEventStore, memoryProjectionStore, memoryTransport } from '@micro/core'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { eventStoreConformance } from '../src/event-store/index.ts'
import { Faults, faultyEventStore, faultyProjectionStore, faultyTransport } from '../src/faults/index.ts'
import { projectionStoreConformance } from '../src/projection-store/index.ts'
import { transportConformance } from '../src/transport/index.ts'

const runner = { describe, it, beforeEach, afterEach }

// What is not told to go wrong keeps every promise of its port.
eventStoreConformance({
  name: 'faultyEventStore without faults',
  create: async () => {
    const provider = faultyEventStore(memoryEventStore(), new Faults({ split: 0.5 }))
    return { provider, reopen: async () => provider }
  },
  runner,
})
projectionStoreConformance({
  name: 'faultyProjectionStore without faults',
  create: async () => ({ provider: faultyProjectionStore(memoryProjectionStore(), new Faults()) }),
  runner,
})
transportConformance({
  name: 'faultyTransport without faults',
  create: async () => ({ provider: faultyTransport(memoryTransport(), new Faults()) }),
  runner,
})
