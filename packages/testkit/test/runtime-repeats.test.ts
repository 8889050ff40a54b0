import {
  type EventStoreProvider,
  isMicroError,
  memoryEventStore,
  memoryProjectionStore,
  type Runtime,
} from '@micro/core'
import { describe, expect, it } from 'vitest'
import { seededRuntime, startMicro } from '../src/index.ts'
import { accountView, bankSheets, depositMoney, openAccount, transferMoney, withdrawMoney } from './support/bank.ts'

const SEEDS = [1, 2, 3, 5, 8, 13, 21, 34, 55, 4_294_967_297]
const ACCOUNTS = ['a', 'b', 'c']

const pause = (runtime: Runtime, ms: number): Promise<void> =>
  new Promise((resolve) => void runtime.setTimer(ms, resolve))

/** A log that takes its time, another one for each append and each batch. */
function slowly(provider: EventStoreProvider, conflicts: { count: number }): EventStoreProvider {
  return {
    ...provider,
    open: async (host) => {
      const store = await provider.open(host)
      const { runtime } = host
      return {
        id: store.id,
        readStream: (stream, options) => store.readStream(stream, options),
        readAll: (options) => store.readAll(options),
        head: (options) => store.head(options),
        close: () => store.close(),
        async append(writes) {
          await pause(runtime, runtime.random() * 8)
          try {
            return await store.append(writes)
          } catch (error) {
            if (isMicroError(error, 'MICRO_CONFLICT')) conflicts.count++
            throw error
          }
        },
        async *subscribe(options) {
          for await (const batch of store.subscribe(options)) {
            await pause(runtime, runtime.random() * 5)
            yield batch
          }
        },
      }
    },
  }
}

/** Everything that can be seen of one run: the log, every answer, every log line, and how far the clock went. */
interface History {
  readonly events: readonly unknown[]
  readonly answers: readonly unknown[]
  readonly lines: readonly unknown[]
  readonly rows: readonly unknown[]
  readonly elapsed: number
  readonly conflicts: number
}

/** Two instances of one service on one log and shared models, and callers who all want the same few accounts at once. */
async function play(seed: number): Promise<History> {
  const runtime = seededRuntime({ seed })
  const conflicts = { count: 0 }
  const store = slowly(memoryEventStore(), conflicts)
  const options = { name: 'bank', sheets: bankSheets, runtime, store, projections: memoryProjectionStore() }
  const first = await startMicro(options)
  const second = await startMicro(options)
  const instances = [first, second]
  const choose = <T>(choices: readonly T[]): T => choices[Math.floor(runtime.random() * choices.length)] as T
  for (const account of ACCOUNTS) await first.act(openAccount, { account, owner: account })

  const answers: unknown[] = []
  async function caller(name: string): Promise<void> {
    for (let turn = 0; turn < 6; turn++) {
      const bank = choose(instances)
      const [account, other] = [choose(ACCOUNTS), choose(ACCOUNTS)]
      const amount = 1 + Math.floor(runtime.random() * 10)
      const timeoutMs = runtime.random() < 0.2 ? 1 + runtime.random() * 15 : 10_000
      const call = choose([
        () => bank.call(depositMoney, { account, amount }, { timeoutMs }),
        () => bank.call(withdrawMoney, { account, amount }, { timeoutMs }),
        () => bank.call(transferMoney, { from: account, to: other, amount }, { timeoutMs }),
        () => bank.call(accountView, { account }, { timeoutMs }),
      ])
      const answer = await call().catch((error: unknown) =>
        isMicroError(error)
          ? { code: error.code, outcome: error.outcome, message: error.message }
          : { error: String(error) },
      )
      answers.push([name, turn, runtime.monotonic(), answer])
    }
  }
  await Promise.all(['ann', 'bob', 'cid', 'dan', 'eve', 'fay'].map(caller))
  await first.settled()
  await second.settled()
  const rows = []
  for (const bank of instances) for (const account of ACCOUNTS) rows.push(await bank.act(accountView, { account }))
  const events = await first.events()
  await second.stop()
  await first.stop()
  const lines = instances.flatMap(({ log }) => log.lines)
  return { events, answers, lines, rows, elapsed: runtime.monotonic(), conflicts: conflicts.count }
}

describe('a deployment on a seeded runtime', () => {
  it.each(SEEDS)('has the same history when it runs twice: seed %i', async (seed) => {
    const once = await play(seed)
    const again = await play(seed)
    expect(again).toEqual(once)
    // Written out too: nothing differs in order, and nothing is equal only to a matcher.
    expect(JSON.stringify(again)).toBe(JSON.stringify(once))
  })

  it('has the same history beside another deployment in the same process', async () => {
    const alone = await play(7)
    const [beside] = await Promise.all([play(7), play(8)])
    expect(JSON.stringify(beside)).toBe(JSON.stringify(alone))
  })

  it('has another history under another seed, with conflicts, refusals and time-outs in it', async () => {
    const histories = []
    for (const seed of SEEDS) histories.push(await play(seed))
    expect(new Set(histories.map(({ events }) => JSON.stringify(events))).size).toBe(SEEDS.length)
    const answers = JSON.stringify(histories.map((history) => history.answers))
    for (const code of ['MICRO_TIMEOUT', 'MICRO_RULE_BROKEN', '"outcome":"unknown"', '"outcome":"none"'])
      expect(answers).toContain(code)
    for (const { conflicts, events } of histories) {
      expect(conflicts).toBeGreaterThan(0)
      expect(events.length).toBeGreaterThan(ACCOUNTS.length + 5)
    }
  })
})
