import { isMicroError, type RecordedEvent } from '@micro/core'
import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { DESK, type Done, hashOf } from './support/desk.ts'
import { expectNoDoubles } from './support/no-doubles.ts'
import type { Answer, AskedCall, Instance } from './support/instance.ts'
import { type Proof, runOnProcesses, runSchedules, type Stage } from './support/schedules.ts'

// Requests and answers take longer than their callers wait.
const plan = { service: DESK, link: { tail: [0, 80], append: [0, 150], answer: [0, 150], models: [0, 40] } } as const

/** Whoever gets no answer in time asks the same again, here or there, until it is known. */
async function untilDone(call: AskedCall, first: Instance, next: () => Promise<Instance>): Promise<Answer[]> {
  const runs: Promise<Answer>[] = []
  let instance = first
  for (let timeoutMs = 40; ; timeoutMs = Math.min(timeoutMs * 2, 5_000)) {
    const run = instance.ask({ ...call, timeoutMs })
    runs.push(run)
    try {
      await run
      break
    } catch (error) {
      if (!isMicroError(error, 'MICRO_TIMEOUT') && !isMicroError(error, 'MICRO_CONFLICT')) throw error
    }
    instance = await next()
  }
  const settled = await Promise.allSettled(runs)
  return settled.flatMap((run) => (run.status === 'fulfilled' ? [run.value] : []))
}

const somewhere =
  ({ one, other, below, restarted }: Stage) =>
  async (): Promise<Instance> =>
    below(30) === 0 ? restarted() : below(3) === 0 ? one : other

/** A client that lost patience, and one that sends the same command from elsewhere meanwhile. */
async function twoClients(stage: Stage, call: AskedCall): Promise<readonly Answer[]> {
  const { one, other, below, pause } = stage
  const second = below(2) === 0 ? one : other
  const answers = await Promise.all([
    untilDone(call, one, somewhere(stage)),
    pause(100).then(() => untilDone(call, second, somewhere(stage))),
  ])
  return answers.flat()
}

const caseRuns: Pick<Proof, 'schedule' | 'check'> = {
  async schedule(stage) {
    const answers = await twoClients(stage, { action: 'start case', payload: {}, commandId: `${stage.name}-case` })
    const [first, ...others] = answers.map(({ response }) => response as Done)
    expect(others).toEqual(others.map(() => first))
  },
  check(log) {
    expectNoDoubles(log)
    expect(new Set(log.map(({ stream }) => stream)).size).toBe(log.length)
  },
}

interface LoggedIn extends Done {
  readonly token: string | null
}

function logIns(): Pick<Proof, 'schedule' | 'check'> {
  const given: LoggedIn[] = []
  return {
    async schedule(stage) {
      const { name: login, one } = stage
      // The stream moves on under the commands, too.
      const before = one.ask({ action: 'log in', payload: { login } })
      const answers = await twoClients(stage, { action: 'log in', payload: { login }, commandId: `${login}-once` })
      given.push(...answers.map(({ response }) => response as LoggedIn))
      given.push((await before).response as LoggedIn)
    },
    check(log) {
      expectNoDoubles(log)
      const recorded = new Map(log.map(({ id, data }: RecordedEvent) => [id, data['tokenHash']]))
      const tokens = given.splice(0)
      const wrong = tokens.filter(({ ids: [id = ''], token }) => token !== null && recorded.get(id) !== hashOf(token))
      expect(wrong).toEqual([])
      expect(tokens.some(({ token }) => token !== null)).toBe(true)
    },
  }
}

describe('a command whose first run is unknown', () => {
  it('[106] makes one thing with a key of the service, in any order of events', async () => {
    expect(await runSchedules({ plan, count: scaled(3_000), ...caseRuns })).toBe(scaled(3_000))
  })

  it('[106] makes one thing with a key of the service, across two processes', async () => {
    expect(await runOnProcesses({ plan, count: scaled(200), ...caseRuns })).toBe(scaled(200))
  })

  it('[107] gives a token only if its hash is the recorded one, in any order of events', async () => {
    expect(await runSchedules({ plan, count: scaled(3_000), ...logIns() })).toBe(scaled(3_000))
  })

  it('[107] gives a token only if its hash is the recorded one, across two processes', async () => {
    expect(await runOnProcesses({ plan, count: scaled(200), ...logIns() })).toBe(scaled(200))
  })
})
