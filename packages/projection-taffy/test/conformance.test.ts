import { projectionStoreConformance } from '@micro/testkit/projection-store'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { taffyProjectionStore } from '../src/index.ts'

projectionStoreConformance({
  name: 'taffy',
  create: async () => {
    const provider = taffyProjectionStore()
    return { provider, reopen: async () => provider }
  },
  runner: { describe, it, beforeEach, afterEach },
})
