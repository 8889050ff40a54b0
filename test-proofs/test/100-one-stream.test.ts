import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { deploy, PLACES } from './support/deployment.ts'
import { DESK } from './support/desk.ts'
import { upTo } from './support/in-parallel.ts'
import { refusalOf } from './support/refused.ts'

const AT_ONCE = 40
const ROUNDS = scaled(100, 25)
/** Of the calls: lanes keep order within an instance, conflicts between instances are tried again. */
const MOST_CONFLICTS = { 'one process': 0, 'two processes': 0.01 }

describe.each(PLACES)('forty withdrawals at once on one stream, in %s', (place) => {
  it(`[100] tell at most ${MOST_CONFLICTS[place] * 100} % of their callers of a conflict`, async () => {
    await using deployment = await deploy(place, { service: DESK })
    const [one, other] = deployment.instances
    const refusals: (string | undefined)[] = []
    for (const round of upTo(ROUNDS)) {
      const account = `a${round}`
      await one.ask({ action: 'open', payload: { account, owner: 'ann' } })
      const { positions } = await one.ask({ action: 'deposit', payload: { account, amount: AT_ONCE - 10 } })
      const withdrawals = upTo(AT_ONCE).map((index) => {
        const instance = place === 'one process' || index % 2 === 0 ? one : other
        return refusalOf(instance.ask({ action: 'withdraw', payload: { account, amount: 1 }, positions }))
      })
      refusals.push(...(await Promise.all(withdrawals)))
    }
    const conflicts = refusals.filter((code) => code === 'MICRO_CONFLICT')
    const broken = refusals.filter((code) => code === 'MICRO_RULE_BROKEN')
    console.log(`[100] ${place}: ${conflicts.length} conflicts in ${refusals.length} withdrawals`)
    expect(conflicts.length).toBeLessThanOrEqual(refusals.length * MOST_CONFLICTS[place])
    // Who was told of a conflict withdrew nothing.
    expect(broken.length).toBeGreaterThanOrEqual(ROUNDS * 10 - conflicts.length)
    expect(refusals.filter((code) => code === undefined).length).toBe(
      refusals.length - broken.length - conflicts.length,
    )
  })
})
