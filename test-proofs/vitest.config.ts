import { defineConfig, mergeConfig } from 'vitest/config'
import base from '../vitest.base.ts'

export default mergeConfig(
  base,
  defineConfig({
    test: {
      testTimeout: 180_000,
      hookTimeout: 180_000,
      // One file at a time: their figures are of processes that are not starved by one another.
      fileParallelism: false,
    },
  }),
)
