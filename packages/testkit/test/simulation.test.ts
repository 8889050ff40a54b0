import { describe, expect, it } from 'vitest'
import { scaled } from '../src/index.ts'
import { assertHistory } from '../src/history/index.ts'
import { bankDomain } from './support/simulation/bank-history.ts'
import { checkRun } from './support/simulation/check-run.ts'
import { simulate } from './support/simulation/simulate.ts'

/** A full run takes some hundreds of seeds; each seed is about a hundred calls on up to three instances. */
const SEEDS = scaled(400)

/** Of these the history is checked alone; other seeds than those that are checked for everything. */
const HISTORIES = scaled(50, 10)
const FIRST_HISTORY = 10_001

/** To look at one run again: its seed is in the failure. */
const FIRST = Number(process.env['MICRO_TEST_SEED'] ?? 1)

describe('instances of one service over one log, with lost answers, lag and restarts', () => {
  it('keep every promise of the command cycle', { timeout: 10_000 + SEEDS * 3_000 }, async () => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const run = await simulate(seed)
      expect(checkRun(run), `seed ${seed}, ${run.describe}`).toEqual([])
    }
  })

  it('[95] leave no anomaly in the histories of 50 runs', { timeout: 10_000 + HISTORIES * 3_000 }, async () => {
    for (let seed = FIRST_HISTORY; seed < FIRST_HISTORY + HISTORIES; seed++) {
      const { history: calls, log, headWhenHealed: completeUntil } = await simulate(seed)
      expect(new Set(calls.map(({ client }) => client)).size, `seed ${seed}`).toBeGreaterThan(1)
      assertHistory({ calls, log, domain: bankDomain, completeUntil, seed })
    }
  })

  it('run the same way again', async () => {
    const [first, again] = [await simulate(FIRST), await simulate(FIRST)]
    expect(again.log).toEqual(first.log)
    expect(again.history).toEqual(first.history)
  })
})
