import { isMicroError, Positions, type RecordedEvent } from '@micro/core'
import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { DESK, stepOf, textOf } from './support/desk.ts'
import { type Proof, runOnProcesses, runSchedules, type Stage } from './support/schedules.ts'

// Commits of rows are at times so slow that another instance takes over before they arrive.
const plan = {
  service: DESK,
  link: { tail: [0, 30], append: [0, 10], answer: [0, 10], rows: [0, 40], models: [0, 800] },
} as const

/** Steps that both instances write at once, and afterwards the same rows on both. */
function prove(): Pick<Proof, 'schedule' | 'check'> {
  const seen: { trail: string; value: number }[] = []
  async function schedule({ name: trail, one, other, below, pause }: Stage): Promise<void> {
    const positions = new Positions()
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        await pause(60)
        const payload = { trail, times: 2 + below(50), plus: below(1_000) }
        const instance = below(2) === 0 ? one : other
        const answer = await instance.ask({ action: 'continue trail', payload }).catch((error: unknown) => {
          // A "no" of a later attempt asks how far the models are while they move.
          if (!isMicroError(error, 'MICRO_RULE_BROKEN') && !isMicroError(error, 'MICRO_CONFLICT')) throw error
        })
        if (answer !== undefined) positions.merge(Positions.parse(answer.positions))
      }),
    )
    for (const instance of [one, other]) {
      const { response } = await instance.ask({ action: 'trail', payload: { trail }, positions: positions.toString() })
      seen.push({ trail, value: (response as { readonly value: number }).value })
    }
  }
  function check(log: readonly RecordedEvent[]): void {
    const replayed = new Map<string, number>()
    for (const event of log) {
      const { data } = event
      const trail = textOf(event, 'trail')
      const step = { times: Number(data['times']), plus: Number(data['plus']) }
      replayed.set(trail, stepOf(replayed.get(trail) ?? 0, step))
    }
    expect(seen.length).toBeGreaterThanOrEqual(replayed.size * 2)
    expect(seen.splice(0).filter(({ trail, value }) => (replayed.get(trail) ?? 0) !== value)).toEqual([])
  }
  return { schedule, check }
}

describe('rows of a reducer whose events do not commute', () => {
  it('[103] are on both instances what a replay makes of the log, in any order of events', async () => {
    expect(await runSchedules({ plan, count: scaled(2_000), ...prove() })).toBe(scaled(2_000))
  })

  it.each([false, true])('[103] are that across two processes, with shared models: %s', async (sharedModels) => {
    expect(
      await runOnProcesses({
        plan: { ...plan, link: { ...plan.link, models: [0, 50] }, sharedModels },
        count: scaled(200),
        ...prove(),
      }),
    ).toBe(scaled(200))
  })
})
