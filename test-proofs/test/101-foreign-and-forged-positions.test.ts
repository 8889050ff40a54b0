import { performance } from 'node:perf_hooks'
import { Positions } from '@micro/core'
import { describe, expect, it } from 'vitest'
import { deploy, PLACES_WITH_NATS } from './support/deployment.ts'
import { DESK } from './support/desk.ts'
import { upTo } from './support/in-parallel.ts'
import { refusalOf } from './support/refused.ts'

const SLOTS = 4
const MOST_MS = 50

/** The middle one: what a busy machine does to some of them says nothing of the service. */
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Infinity

describe.each(PLACES_WITH_NATS)('positions that a log does not have, in %s', (place) => {
  it('[101] of another log are carried on and not waited for', async () => {
    await using deployment = await deploy(place, { service: DESK })
    const [one, other] = deployment.instances
    await one.ask({ action: 'open', payload: { account: 'a', owner: 'ann' } })
    const positions = `report-log=${Number.MAX_SAFE_INTEGER}`
    const { positions: met } = await one.ask({ action: 'deposit', payload: { account: 'a', amount: 5 }, positions })
    expect(Positions.parse(met).of('report-log')).toBe(Number.MAX_SAFE_INTEGER)
    const seen = await other.ask({ action: 'account', payload: { account: 'a' }, positions: met })
    expect(seen.response).toMatchObject({ balance: 5 })
    expect(seen.positions).toContain('report-log')
  })

  it(`[101] that were forged are refused in less than ${MOST_MS} ms and hold no slot`, async () => {
    await using deployment = await deploy(place, { service: DESK, options: { concurrency: SLOTS } })
    const [one] = deployment.instances
    const { positions } = await one.ask({ action: 'open', payload: { account: 'a', owner: 'ann' } })
    const forged = positions.replace(/=\d+$/, `=${Number.MAX_SAFE_INTEGER}`)
    const tookMs: number[] = []
    for (const _ of upTo(20)) {
      const began = performance.now()
      const calls = [
        { action: 'deposit', payload: { account: 'a', amount: 1 }, positions: forged },
        { action: 'account', payload: { account: 'a' }, positions: forged },
      ].map(async (call) => {
        const code = await refusalOf(one.ask(call))
        tookMs.push(performance.now() - began)
        return code
      })
      expect(await Promise.all(calls)).toEqual(['MICRO_INVALID', 'MICRO_INVALID'])
      // Each slot is free again: as many calls as there are slots find one.
      const views = upTo(SLOTS).map(() => refusalOf(one.ask({ action: 'account', payload: { account: 'a' } })))
      expect(await Promise.all(views)).toEqual(upTo(SLOTS).map(() => undefined))
    }
    console.log(`[101] ${place}: refused within ${median(tookMs).toFixed(1)} ms`)
    expect(median(tookMs)).toBeLessThan(MOST_MS)
  })
})
