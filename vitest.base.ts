import { existsSync, readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

// Packages of this workspace are tested from their sources, so no test needs a build first.
const conditions = ['@micro/source', 'module', 'node', 'development|production']

const hasTypeTests = ['src', 'test']
  .filter((folder) => existsSync(folder))
  .some((folder) => readdirSync(folder, { recursive: true }).some((path) => String(path).endsWith('.test-d.ts')))

/** What the tests of every package have in common; each package's vitest.config.ts starts from it. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Only there to end a test that hangs: at full scale a sound one repeats what it does for many seconds.
    testTimeout: 60_000,
    // CI sums the JSON reports: what ran is counted and not guessed.
    reporters: ['default', 'json'],
    outputFile: { json: '.test-results/vitest.json' },
    typecheck: {
      enabled: hasTypeTests,
      include: ['src/**/*.test-d.ts', 'test/**/*.test-d.ts'],
      tsconfig: 'tsconfig.test.json',
    },
  },
})
