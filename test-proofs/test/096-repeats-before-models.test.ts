import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { DESK } from './support/desk.ts'
import { expectNoDoubles } from './support/no-doubles.ts'
import { runOnProcesses, runSchedules, type Stage } from './support/schedules.ts'

/** A repeat reaches the other instance, or one that has just started, when the first run is in the log or soon will be. */
async function schedule({ name: account, one, other, below, pause, restarted }: Stage): Promise<void> {
  const opening = { action: 'open', payload: { account, owner: 'ann' }, commandId: `${account}-open` }
  const deposit = { action: 'deposit', payload: { account, amount: 5 } }
  // A repeat of the opening, decided anew, would be refused because of itself.
  const isOpening = below(3) === 0
  if (!isOpening) {
    await one.ask(opening)
    // Others who come before make the other instance lag by several commits.
    for (let count = below(3); count > 0; count--) await one.ask(deposit)
  }
  const call = isOpening ? opening : { ...deposit, commandId: `${account}-once` }
  const first = one.ask(call)
  if (below(2) === 0) await first
  else await pause(60)
  const stranger = below(3) === 0 && one.ask({ ...deposit, payload: { ...deposit.payload, amount: 1 } })
  const repeater = below(20) === 0 ? await restarted() : below(4) === 0 ? one : other
  const [recorded, ...again] = await Promise.all([first, repeater.ask(call), repeater.ask(call)])
  expect(again.map(({ response }) => response)).toEqual([recorded.response, recorded.response])
  await stranger
}

const plan = { service: DESK, link: { tail: [0, 80], append: [0, 20], answer: [0, 20], models: [0, 60] } } as const

describe('a repeat whose first run the models do not have yet', () => {
  it('[96] is the same command, in every order of events', async () => {
    expect(await runSchedules({ plan, count: scaled(3_000), schedule, check: expectNoDoubles })).toBe(scaled(3_000))
  })

  it('[96] is the same command, across two processes', async () => {
    expect(await runOnProcesses({ plan, count: scaled(200), schedule, check: expectNoDoubles })).toBe(scaled(200))
  })
})
