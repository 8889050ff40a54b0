import { defineModule } from '@micro/core'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { moduleConformance, moduleLoaderConformance } from '../src/module/index.ts'

const runner = { describe, it, beforeEach, afterEach }

moduleLoaderConformance({ name: 'core', runner })

for (const scope of ['shared', 'exclusive'] as const) {
  const create = (): ReturnType<typeof defineModule> =>
    defineModule({ name: 'empty', scope, create: ({ runtime }) => ({ startedAt: runtime.now() }) })
  moduleConformance({ name: scope, create, runner })
}
