import { isMicroError, pause } from '@micro/core'
import { describe, expect, it } from 'vitest'
import { deploy, PLACES } from './support/deployment.ts'
import { BANK } from './support/bank.ts'
import { DESK } from './support/desk.ts'
import { upTo } from './support/in-parallel.ts'
import { refusalOf } from './support/refused.ts'
import { deployVirtual } from './support/virtual-deployment.ts'

const SECONDS = 12
const HOT_PER_SECOND = 400
const SERVED_PER_SECOND = 250
const OTHERS_PER_SECOND = 200

describe('one hot stream', () => {
  it(`[112] at ${HOT_PER_SECOND}/s with a lane that serves ${SERVED_PER_SECOND}/s: no call on another stream is shed`, async () => {
    const ms = 1_000 / SERVED_PER_SECOND
    await using deployment = await deployVirtual({ service: DESK, seed: 1, link: { append: [ms, ms] } })
    const { instances, runtime } = deployment
    const [one] = instances
    for (const account of ['hot', ...upTo(50).map((index) => `cold${index}`)])
      await one.ask({ action: 'open', payload: { account, owner: 'ann' } })

    const load = async (perSecond: number, accountOf: (index: number) => string): Promise<(string | undefined)[]> => {
      const calls: Promise<string | undefined>[] = []
      for (const index of upTo(SECONDS * perSecond)) {
        calls.push(refusalOf(one.ask({ action: 'deposit', payload: { account: accountOf(index), amount: 1 } })))
        // As calls come: not at equal distances, in which each might find the slot that another one has just left.
        await pause(runtime, (runtime.random() * 2_000) / perSecond)
      }
      return Promise.all(calls)
    }
    const [hot, cold] = await Promise.all([
      load(HOT_PER_SECOND, () => 'hot'),
      load(OTHERS_PER_SECOND, (index) => `cold${index % 50}`),
    ])
    const shed = hot.filter((code) => code === 'MICRO_OVERLOADED').length
    console.log(`[112] shed: ${shed} of ${hot.length} on the hot stream`)
    expect(cold.filter((code) => code !== undefined)).toEqual([])
    // The hot stream sheds what it cannot serve, and serves what it can.
    expect(hot.filter((code) => code === undefined).length).toBeGreaterThan(SECONDS * SERVED_PER_SECOND * 0.95)
    expect(shed).toBeGreaterThan(0)
    expect(hot.filter((code) => code !== undefined && code !== 'MICRO_OVERLOADED')).toEqual([])
  })
})

describe.each(PLACES)('a transfer from an account to itself, in %s', (place) => {
  it.each([
    { service: BANK, open: 'open account', deposit: 'deposit money', transfer: 'transfer money' },
    { service: DESK, open: 'open', deposit: 'deposit', transfer: 'transfer' },
  ])('[112] is refused as a rule by "$transfer"', async ({ service, open, deposit, transfer }) => {
    await using deployment = await deploy(place, { service })
    const [one] = deployment.instances
    await one.ask({ action: open, payload: { account: 'a', owner: 'ann' } })
    await one.ask({ action: deposit, payload: { account: 'a', amount: 5 } })
    const refused = await one
      .ask({ action: transfer, payload: { from: 'a', to: 'a', amount: 1 } })
      .catch((e: unknown) => e)
    expect(isMicroError(refused, 'MICRO_RULE_BROKEN') && refused.outcome).toBe('none')
    expect(await deployment.log()).toHaveLength(2)
  })
})
