import { isMicroError } from '@micro/core'
import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { DESK, type Done } from './support/desk.ts'
import { runOnProcesses, runSchedules, type Stage } from './support/schedules.ts'

const latePlan = {
  service: DESK,
  link: { tail: [0, 80], append: [0, 10], answer: [0, 10], rows: [0, 20], models: [0, 30] },
} as const

/** What one instance has acknowledged, another one must not refuse for want of having heard of it. */
async function schedule({ name: account, one, other, below, pause }: Stage): Promise<void> {
  await one.ask({ action: 'open', payload: { account, owner: 'ann' } })
  // Half of the time the other one has been here before, so that it knows the stream as it was.
  if (below(2) === 0) await other.ask({ action: 'deposit', payload: { account, amount: 1 } })
  if (below(2) === 0) await pause(100)
  await one.ask({ action: 'deposit', payload: { account, amount: 10 } })
  // A stranger's commit between a "no" and its confirmation makes it decide again.
  const stranger = below(2) === 0 && one.ask({ action: 'deposit', payload: { account, amount: 1 } })
  const call =
    below(2) === 0
      ? { action: 'withdraw', payload: { account, amount: 10 } }
      : { action: 'pay out', payload: { account } }
  const { ids } = (await other.ask(call)).response as Done
  expect(ids).toHaveLength(1)
  await stranger
}

// Rows are read so slowly that others commit in between, and hear of that at once.
const tornPlan = {
  service: DESK,
  link: { tail: [0, 4], append: [0, 5], answer: [0, 5], rows: [0, 60], models: [0, 5] },
} as const

/** No order of events explains a "no" that was made of one row before and another row after a transfer. */
async function torn({ name, one, other, pause }: Stage): Promise<void> {
  const accounts = [`${name}-x`, `${name}-y`] as const
  for (const account of accounts) await one.ask({ action: 'open', payload: { account, owner: 'ann' } })
  const { positions } = await one.ask({ action: 'deposit', payload: { account: accounts[0], amount: 10 } })
  const transferring = (async () => {
    for (let turn = 0; turn < 10; turn++) {
      const [from, to] = turn % 2 === 0 ? accounts : accounts.toReversed()
      await one.ask({ action: 'transfer', payload: { from, to, amount: 10 } })
    }
  })()
  const payload = { from: accounts[0], to: accounts[1], amount: 10 }
  for (let turn = 0; turn < 3; turn++) {
    await pause(40)
    // Told of a conflict, a client may ask again; told "no", it would believe it.
    await other.ask({ action: 'expect sum', payload, positions }).catch((error: unknown) => {
      if (!isMicroError(error, 'MICRO_CONFLICT')) throw error
    })
  }
  await transferring
}

describe('a decision on rows that lag behind an acknowledged deposit', () => {
  it('[97] is never a refusal, nor "nothing to do", in any order of events', async () => {
    expect(await runSchedules({ plan: latePlan, count: scaled(2_000), schedule })).toBe(scaled(2_000))
  })

  it('[97] is never a refusal, nor "nothing to do", across two processes', async () => {
    expect(await runOnProcesses({ plan: latePlan, count: scaled(200), schedule })).toBe(scaled(200))
  })

  it.each([
    { models: 'own', plan: tornPlan },
    // Others apply what this instance's tail has yet to hear of: its heads are older than its rows.
    { models: 'shared', plan: { ...tornPlan, sharedModels: true, link: { ...tornPlan.link, tail: [0, 40] } } as const },
  ])(
    '[97] is never a refusal that no order of events explains, of $models rows read at two moments',
    async ({ plan }) => {
      expect(await runSchedules({ plan, count: scaled(1_000), schedule: torn })).toBe(scaled(1_000))
    },
  )
})
