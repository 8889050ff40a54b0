import { isMicroError, pause } from '@micro/core'
import { describe, expect, it } from 'vitest'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { DESK } from './support/desk.ts'
import { inParallel, upTo } from './support/in-parallel.ts'
import { expectNoDoubles } from './support/no-doubles.ts'
import { deployVirtual } from './support/virtual-deployment.ts'

const SILENT_SECONDS = 60
const PER_SECOND = 100
const ACCOUNTS = 400
const MOST_UNANSWERED = 200
const TIMEOUT_MS = 2_000
/** The deadline wheel turns every 10 ms, and an answer may have to wait for its turn. */
const LATE_MS = 30
const MOST_GROWTH_BYTES = 10 * 1024 * 1024

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const heapBytes = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

interface Asked {
  readonly commandId: string
  readonly account: string
  code?: string | undefined
  outcome: string
}

describe.each([true, false])('a store that says nothing for a minute, with uniqueEventIds: %s', (uniqueEventIds) => {
  it('[115] holds its bound of appends and no memory; callers are answered in time; then each id has one outcome', async () => {
    const options = { unansweredAppends: MOST_UNANSWERED, timeoutMs: TIMEOUT_MS }
    await using deployment = await deployVirtual({ service: DESK, seed: 1, uniqueEventIds, options })
    const { runtime, instances } = deployment
    const [one, other] = instances
    for (const index of upTo(ACCOUNTS))
      await one.ask({ action: 'open', payload: { account: `a${index}`, owner: 'ann' } })

    let late = 0
    const ask = async (asked: Asked): Promise<void> => {
      const { commandId, account } = asked
      const began = runtime.monotonic()
      try {
        await one.ask({ action: 'deposit', payload: { account, amount: 1 }, commandId })
        asked.outcome = 'done'
      } catch (error) {
        if (!isMicroError(error)) throw error
        Object.assign(asked, { code: error.code, outcome: error.outcome })
      }
      if (runtime.monotonic() - began > TIMEOUT_MS + LATE_MS) late++
    }
    const all: Asked[] = []
    const calls: Promise<void>[] = []
    const load = async (seconds: number): Promise<void> => {
      for (const _ of upTo(seconds * PER_SECOND)) {
        const asked = { commandId: `c${all.length}`, account: `a${(all.length * 7) % ACCOUNTS}`, outcome: '' }
        all.push(asked)
        calls.push(ask(asked))
        await pause(runtime, 1_000 / PER_SECOND)
      }
    }
    await load(2)
    one.link.silence()
    // Until the bound is met and the first time-outs are over: from here on nothing grows.
    await load(10)
    const before = heapBytes()
    await load(SILENT_SECONDS - 10)
    const grown = heapBytes() - before
    const timers = runtime.pendingTimers
    expect(one.link.unanswered).toBe(MOST_UNANSWERED)
    one.link.endSilence()
    await Promise.all(calls)
    // The store answers now, also what nobody waits for any more.
    while (one.link.unanswered > 0) await pause(runtime, 100)
    const codes = new Set(all.map(({ code }) => code))
    console.log(
      `[115] ${one.link.mostUnanswered} unanswered at most, heap grown by ${(grown / 1024 / 1024).toFixed(1)} MB`,
    )
    expect(one.link.mostUnanswered).toBeLessThanOrEqual(MOST_UNANSWERED)
    expect(grown).toBeLessThan(MOST_GROWTH_BYTES)
    expect(timers).toBeLessThan(1_000)
    expect(late).toBe(0)
    expect(codes).toEqual(new Set([undefined, 'MICRO_TIMEOUT', 'MICRO_OVERLOADED']))

    // Whoever was told "none" has left nothing, and everybody's id comes to exactly one outcome.
    const idsIn = async (): Promise<ReadonlySet<string>> => new Set((await deployment.log()).map(({ id }) => id))
    const known = await idsIn()
    const answers = await inParallel(all, 20, async ({ commandId, account }, index) => {
      const { response } = await (index % 2 === 0 ? one : other).ask({
        action: 'deposit',
        payload: { account, amount: 1 },
        commandId,
      })
      return (response as { readonly ids: readonly string[] }).ids
    })
    const log = await deployment.log()
    expectNoDoubles(log)
    expect(new Set(answers.flat()).size).toBe(all.length)
    expect(log).toHaveLength(ACCOUNTS + all.length)
    const untrue = all.filter(({ outcome }, index) => {
      const wasThere = known.has(answers[index]?.[0] ?? '')
      return (
        (outcome === 'none' && wasThere) || (outcome === 'done' && !wasThere) || (outcome === 'unknown' && !wasThere)
      )
    })
    expect(untrue).toEqual([])
  })
})
