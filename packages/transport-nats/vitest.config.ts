import { defineConfig, mergeConfig } from 'vitest/config'
import base from '../../vitest.base.ts'

export default mergeConfig(
  base,
  defineConfig({
    test: {
      // One file at a time: each starts servers of its own, and times in them are real.
      fileParallelism: false,
    },
  }),
)
