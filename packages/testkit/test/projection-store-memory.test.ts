import { memoryProjectionStore } from '@micro/core'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { projectionStoreConformance } from '../src/projection-store/index.ts'

projectionStoreConformance({
  name: 'memory',
  create: async () => ({ provider: memoryProjectionStore() }),
  runner: { describe, it, beforeEach, afterEach },
})
