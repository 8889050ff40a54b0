import { join } from 'node:path'
import { sqliteStore } from '@micro/store-sqlite'
import { scaled } from '@micro/testkit'
import { expect, it } from 'vitest'
import { tempFolder } from '../../test-e2e/test/support/temp-folder.ts'
import { until } from '../../test-e2e/test/support/until.ts'
import { deployProcesses } from './support/deployment.ts'
import { replay, rowsOf } from './support/histories.ts'
import type { ProcessInstance } from './support/own-process.ts'
import { triedCommits, WATCHED_BANK } from './support/watched-bank.ts'

const ROUNDS = scaled(10, 2)
const TAKE_OVER_MS = 1_000

it(
  `[41] ${ROUNDS} times the applier of shared models is stopped under load: another takes over, and its commits are refused`,
  { timeout: scaled(300_000, 120_000) },
  async () => {
    using folder = tempFolder()
    const journal = join(folder.path, 'commits')
    const plan = { service: WATCHED_BANK, options: { journal }, sharedModels: true }
    await using deployment = await deployProcesses(plan)
    const accepted = ({ pid }: ProcessInstance): readonly number[] =>
      triedCommits(journal, pid)
        .filter((commit) => commit.accepted)
        .map(({ next }) => next)
    const last = (instance: ProcessInstance): number => Math.max(0, ...accepted(instance))
    const { instances } = deployment
    // One each: whoever waits here waits for models, and never because of a conflict.
    const accountOf = ({ pid }: ProcessInstance): string => `account-${pid}`
    for (const instance of instances)
      await instance.ask({ action: 'open account', payload: { account: accountOf(instance), owner: 'ann' } })

    const takeOversMs: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const load = new Load(instances, accountOf)
      await until('models have moved a little', () => load.answered >= 20)
      const [applier, other] = last(instances[0]) > last(instances[1]) ? instances : instances.toReversed()
      if (applier === undefined || other === undefined) throw new Error('There are two instances.')
      await applier.pause()
      const stopped = performance.now()
      const before = last(applier)
      // The models go on: an answer needs its own deposit in them.
      const answer = await other.ask({ action: 'deposit money', payload: { account: accountOf(other), amount: 1 } })
      takeOversMs.push(Math.round(performance.now() - stopped))
      expect(answer.response).toMatchObject({ account: accountOf(other) })
      const taken = last(other)
      expect(taken).toBeGreaterThan(before)
      const tried = triedCommits(journal, applier.pid).length
      applier.signal('SIGCONT')
      await load.stop()
      // Nothing that it had decided before it was stopped was taken after that.
      const late = triedCommits(journal, applier.pid).slice(tried)
      expect(late.filter((commit) => commit.accepted && commit.next <= taken)).toEqual([])
    }
    console.log(`taken over after ${takeOversMs.join(', ')} ms`)
    expect(takeOversMs.filter((ms) => ms > TAKE_OVER_MS)).toEqual([])
    await Promise.all(instances.map((instance) => instance.stop()))
    const { events, projections } = sqliteStore({ file: deployment.file })
    expect(await rowsOf({ store: events, projections })).toEqual(await replay(await deployment.log()))
  },
)

/** Deposits at both instances, one after another at each, until stopped. */
class Load {
  answered = 0
  readonly #running: Promise<unknown>
  #isOver = false

  constructor(instances: readonly ProcessInstance[], accountOf: (instance: ProcessInstance) => string) {
    this.#running = Promise.all(instances.map((instance) => this.#run(instance, accountOf(instance))))
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#running
  }

  async #run(instance: ProcessInstance, account: string): Promise<void> {
    while (!this.#isOver) {
      await instance.ask({ action: 'deposit money', payload: { account, amount: 1 }, timeoutMs: 30_000 })
      this.answered++
    }
  }
}
