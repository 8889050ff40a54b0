import { isMicroError, type RecordedEvent } from '@micro/core'
import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { accountOf, amountOf, DESK } from './support/desk.ts'
import { runOnProcesses, runSchedules, type Stage } from './support/schedules.ts'

// Each commit takes its own time, so that the two projections of an instance stand at different positions.
const plan = {
  service: DESK,
  link: { tail: [0, 40], append: [0, 15], answer: [0, 10], rows: [0, 20], models: [0, 60] },
} as const

/** Withdrawals within a limit that moves, while money comes and goes. */
async function schedule({ name: account, one, other, below, pause }: Stage): Promise<void> {
  await one.ask({ action: 'open', payload: { account, owner: 'ann' } })
  await other.ask({ action: 'deposit', payload: { account, amount: 100 } })
  const commands = [
    { action: 'set limit', payload: { account, amount: 10 + below(40) } },
    { action: 'set limit', payload: { account, amount: 10 + below(40) } },
    { action: 'withdraw within limit', payload: { account, amount: 10 + below(50) } },
    { action: 'withdraw within limit', payload: { account, amount: 10 + below(50) } },
    { action: 'withdraw within limit', payload: { account, amount: 10 + below(50) } },
    { action: 'deposit', payload: { account, amount: 1 + below(10) } },
  ]
  await Promise.all(
    commands.map(async (command) => {
      await pause(120)
      await (below(2) === 0 ? one : other).ask(command).catch((error: unknown) => {
        if (!isMicroError(error, 'MICRO_RULE_BROKEN') && !isMicroError(error, 'MICRO_CONFLICT')) throw error
      })
    }),
  )
}

/** Decides everything again, on rows that are made of the log alone. */
function check(log: readonly RecordedEvent[]): void {
  const balances = new Map<string, number>()
  const limits = new Map<string, number>()
  const wrong = log.filter((event) => {
    const [account, amount] = [accountOf(event), amountOf(event)]
    const balance = balances.get(account) ?? 0
    if (event.type === 'limit set') limits.set(account, amount)
    if (event.type === 'money deposited') balances.set(account, balance + amount)
    if (event.type !== 'money withdrawn') return false
    balances.set(account, balance - amount)
    return amount > balance || amount > (limits.get(account) ?? Infinity)
  })
  expect(wrong).toEqual([])
  expect(log.filter(({ type }) => type === 'money withdrawn').length).toBeGreaterThan(0)
}

describe('a rule over two projections that stand at different positions', () => {
  it('[99] never accepts what the log forbids, in any order of events', async () => {
    expect(await runSchedules({ plan, count: scaled(3_000), schedule, check })).toBe(scaled(3_000))
  })

  it('[99] never accepts what the log forbids, across two processes', async () => {
    expect(await runOnProcesses({ plan, count: scaled(200), schedule, check })).toBe(scaled(200))
  })
})
