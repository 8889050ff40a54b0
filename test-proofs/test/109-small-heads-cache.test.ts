import { isMicroError, type RecordedEvent } from '@micro/core'
import { scaled, seededRuntime } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { deploy, PLACES } from './support/deployment.ts'
import { accountOf, amountOf, DESK } from './support/desk.ts'
import type { Instance } from './support/instance.ts'
import { inParallel, upTo } from './support/in-parallel.ts'
import { expectNoDoubles } from './support/no-doubles.ts'

const COMMANDS = { 'one process': scaled(13_000), 'two processes': scaled(3_000) }
const ACCOUNTS = 40
const EACH = 100

/** Balances that a replay finds below zero, ever. */
function overdrawn(log: readonly RecordedEvent[]): readonly RecordedEvent[] {
  const balances = new Map<string, number>()
  return log.filter((event) => {
    const change =
      event.type === 'money withdrawn' ? -amountOf(event) : event.type === 'money deposited' ? amountOf(event) : 0
    const balance = (balances.get(accountOf(event)) ?? 0) + change
    balances.set(accountOf(event), balance)
    return balance < 0
  })
}

describe.each(PLACES)('a cache of heads that holds one stream, in %s', (place) => {
  it(`[109] is enough for ${COMMANDS[place]} commands on three instances: 0 time-outs, 0 anomalies`, async () => {
    await using deployment = await deploy(place, { service: DESK, options: { cachedStreams: 1 } })
    const instances: readonly Instance[] = [...deployment.instances, await deployment.start()]
    const chance = seededRuntime({ seed: 109 })
    const below = (limit: number): number => Math.floor(chance.random() * limit)
    for (const index of upTo(ACCOUNTS)) {
      await instances[0]?.ask({ action: 'open', payload: { account: `a${index}`, owner: 'ann' } })
      await instances[1]?.ask({ action: 'deposit', payload: { account: `a${index}`, amount: EACH } })
    }
    const told = new Map<string, number>()
    await inParallel(upTo(COMMANDS[place]), 24, async (index) => {
      const from = below(ACCOUNTS)
      const to = (from + 1 + below(ACCOUNTS - 2)) % ACCOUNTS
      const also = `a${(to + 1) % ACCOUNTS === from ? (to + 2) % ACCOUNTS : (to + 1) % ACCOUNTS}`
      const amount = 1 + below(60)
      const calls = [
        { action: 'transfer', payload: { from: `a${from}`, to: `a${to}`, amount } },
        // Three streams at once are more than the cache holds.
        { action: 'share', payload: { from: `a${from}`, to: `a${to}`, also, amount } },
        { action: 'withdraw', payload: { account: `a${from}`, amount } },
        { action: 'deposit', payload: { account: `a${to}`, amount } },
      ] as const
      const instance = instances[index % instances.length] as Instance
      const code = await instance.ask({ ...(calls[below(4)] ?? calls[0]), commandId: `c${index}` }).then(
        () => 'done',
        (error: unknown) => (isMicroError(error) ? error.code : String(error)),
      )
      told.set(code, (told.get(code) ?? 0) + 1)
    })
    console.log(`[109] ${place}: ${JSON.stringify(Object.fromEntries(told))}`)
    const {
      done = 0,
      MICRO_RULE_BROKEN: refused = 0,
      MICRO_CONFLICT: conflicts = 0,
      ...others
    } = Object.fromEntries(told)
    expect(others).toEqual({})
    expect(refused).toBeGreaterThan(0)
    expect(conflicts).toBeLessThanOrEqual(COMMANDS[place] * 0.02)
    const log = await deployment.log()
    expectNoDoubles(log)
    expect(overdrawn(log)).toEqual([])
    expect(new Set(log.map(({ metadata }) => metadata['commandId'])).size).toBe(done + ACCOUNTS * 2)
  })
})
