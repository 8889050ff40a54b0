import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { DESK, type Done } from './support/desk.ts'
import { expectNoDoubles } from './support/no-doubles.ts'
import { runOnProcesses, runSchedules, type Stage } from './support/schedules.ts'

/** A repeat reaches the other instance, or one that has just started, when the first run is in the log or soon will be. */
async function schedule({ name, one, other, below, pause, restarted }: Stage): Promise<void> {
  const { positions } = await one.ask({ action: 'open', payload: { account: name, owner: 'ann' } })
  const call = { action: 'deposit', payload: { account: name, amount: 5 }, commandId: `${name}-once`, positions }
  const first = one.ask(call)
  if (below(2) === 0) await first
  else await pause(60)
  const stranger = below(3) === 0 && one.ask({ ...call, commandId: undefined })
  const repeater = below(20) === 0 ? await restarted() : below(4) === 0 ? one : other
  const answers = await Promise.all([first, repeater.ask(call), repeater.ask(call), stranger])
  const [recorded, ...again] = answers.slice(0, 3).map((answer) => (answer as { response: Done }).response)
  expect(again).toEqual([recorded, recorded])
}

const plan = { service: DESK, link: { tail: [0, 80], append: [0, 20], answer: [0, 20], models: [0, 60] } } as const

describe('a repeat whose first run the models do not have yet', () => {
  it('[96] is the same command, in every order of events', async () => {
    await runSchedules({ plan, count: scaled(3_000), schedule, check: expectNoDoubles })
  })

  it('[96] is the same command, across two processes', async () => {
    await runOnProcesses({ plan, count: scaled(200), schedule, check: expectNoDoubles })
  })
})
