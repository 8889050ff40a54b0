import { isMicroError, type RecordedEvent } from '@micro/core'
import { scaled, scenario } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { accountOf, DESK, deskSheets, openGuarded, serviceOptions, textOf } from './support/desk.ts'
import type { AskedCall, Instance } from './support/instance.ts'
import { runOnProcesses, runSchedules, type Stage } from './support/schedules.ts'

const plan = { service: DESK, link: { tail: [0, 60], append: [0, 20], answer: [0, 10], models: [0, 40] } } as const

async function isDone(instance: Instance, call: AskedCall): Promise<boolean> {
  try {
    await instance.ask(call)
    return true
  } catch (error) {
    if (isMicroError(error, 'MICRO_RULE_BROKEN')) return false
    throw error
  }
}

/** A transfer into an account and its close: whichever comes first refuses the other. */
async function transferOrClose({ name, one, other, pause }: Stage): Promise<void> {
  const [from, to] = [`${name}-from`, `${name}-to`]
  for (const account of [from, to]) await one.ask({ action: 'open', payload: { account, owner: 'ann' } })
  await other.ask({ action: 'deposit', payload: { account: from, amount: 10 } })
  const outcomes = [
    pause(60).then(() => isDone(one, { action: 'transfer', payload: { from, to, amount: 10 } })),
    pause(60).then(() => isDone(other, { action: 'close', payload: { account: to } })),
  ]
  expect((await Promise.all(outcomes)).filter(Boolean)).toHaveLength(1)
}

/** Two accounts for one owner, who may have one: how many were opened. */
async function openTwo({ name, one, other, pause }: Stage, action: string): Promise<number> {
  const outcomes = [one, other].map(async (instance, number) => {
    await pause(60)
    return isDone(instance, { action, payload: { account: `${name}-${number}`, owner: name } })
  })
  return (await Promise.all(outcomes)).filter(Boolean).length
}

async function schedule(stage: Stage): Promise<void> {
  const [opened] = await Promise.all([openTwo(stage, 'open for owner'), transferOrClose(stage)])
  expect(opened).toBe(1)
}

function check(log: readonly RecordedEvent[]): void {
  const closed = new Set<string>()
  const bound = new Set<string>()
  for (const event of log) {
    expect(closed.has(accountOf(event)) ? event : undefined).toBeUndefined()
    if (event.type === 'account closed') closed.add(accountOf(event))
    if (event.type !== 'owner bound') continue
    const { size } = bound
    expect(bound.add(textOf(event, 'owner')).size).toBe(size + 1)
  }
}

describe('two commands that exclude each other', () => {
  it('[98] are never both done, in any order of events', async () => {
    expect(await runSchedules({ plan, count: scaled(2_000), schedule, check })).toBe(scaled(2_000))
  })

  it('[98] are never both done, across two processes', async () => {
    expect(await runOnProcesses({ plan, count: scaled(200), schedule, check })).toBe(scaled(200))
  })

  it('[98] are both done at times where the common stream is only guarded, and the testkit says so before', async () => {
    let anomalies = 0
    const openGuardedTwice = async (stage: Stage): Promise<void> => {
      if ((await openTwo(stage, 'open guarded')) > 1) anomalies++
    }
    expect(await runSchedules({ plan, count: 100, schedule: openGuardedTwice })).toBe(100)
    expect(anomalies).toBeGreaterThan(0)

    const given = { stream: 'account-a', type: 'guarded opened', data: { account: 'a', owner: 'ann' } }
    const { modules = [] } = serviceOptions({})
    const tested = scenario({ name: 'desk', sheets: deskSheets, modules })
      .given([given])
      .when(openGuarded, { account: 'b', owner: 'ann' })
      .thenRejects('MICRO_RULE_BROKEN')
    await expect(tested).rejects.toThrow(/guarded owner/)
  })
})
