import { describe, expect, it } from 'vitest'
import { collectChecks } from '../src/conformance/collect-checks.ts'
import { transportConformance } from '../src/transport/index.ts'
import { BROKEN_TRANSPORTS, type BrokenTransport } from './broken-transports.ts'

async function failuresOf({ provider }: BrokenTransport): Promise<readonly string[]> {
  const create = async (): Promise<{ readonly provider: ReturnType<typeof provider> }> => ({ provider: provider() })
  const checks = collectChecks((runner) =>
    transportConformance({ name: 'broken', create, runner, scale: 0.02, patienceMs: 4000 }),
  )
  const failed: string[] = []
  for (const { title, run } of checks) await run().catch(() => failed.push(title))
  return failed
}

describe('the transport suite finds', () => {
  for (const [fault, transport] of Object.entries(BROKEN_TRANSPORTS)) {
    it(`${fault}`, { timeout: 120_000 }, async () => {
      const failed = await failuresOf(transport)
      const found = transport.failing.map(
        (title) => failed.find((failure) => failure.startsWith(title)) ?? `passed: ${title}`,
      )
      expect([...failed].sort()).toEqual([...found].sort())
    })
  }
})
