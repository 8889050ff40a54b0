import { defineConfig, mergeConfig } from 'vitest/config'
import base from '../vitest.base.ts'

export default mergeConfig(
  base,
  defineConfig({
    test: {
      // Processes start, packages are installed, a browser opens: minutes when the machine is busy.
      testTimeout: 180_000,
      hookTimeout: 180_000,
      // One file at a time: each starts several processes of its own, and deadlines in them are real.
      fileParallelism: false,
    },
  }),
)
