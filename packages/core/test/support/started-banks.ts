import { createMicro, type Micro, type MicroOptions } from '@micro/core'
import { afterEach } from 'vitest'
import { bankSheets } from './bank.ts'
import { capturedLogger } from './captured-logger.ts'

/** Starts banks for the tests of a file, and stops after each test what it started. */
export function startedBanks(): { start(options?: Partial<MicroOptions>): Promise<Micro>; leave(micro: Micro): void } {
  const running = new Set<Micro>()
  afterEach(async () => {
    await Promise.all(Array.from(running, (micro) => micro.stop()))
    running.clear()
  })
  return {
    async start(options = {}) {
      const micro = createMicro({ name: 'bank', modules: [capturedLogger()], sheets: bankSheets, ...options })
      running.add(micro)
      await micro.start()
      return micro
    },
    /** For one that never stops, because a test has made it hang. */
    leave: (micro) => void running.delete(micro),
  }
}
