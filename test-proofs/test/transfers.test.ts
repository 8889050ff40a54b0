// Money that many move at once, while the processes that serve them are killed: none is made, none is lost.
import { isMicroError } from '@micro/core'
import { scaled } from '@micro/testkit'
import { expect, it } from 'vitest'
import { type Random, seededRandom } from '../../test-e2e/test/support/random.ts'
import { BANK } from './support/bank.ts'
import { type Deployment, deployHere, deployProcesses } from './support/deployment.ts'
import { inParallel, upTo } from './support/in-parallel.ts'
import type { Instance } from './support/instance.ts'
import type { ProcessInstance } from './support/own-process.ts'

const TRANSFERS = scaled(1_000, 200)
const KILLS = scaled(10, 3)
const CUSTOMERS = 32
const ACCOUNTS = upTo(10).map((index) => `account-${index}`)
/** So much that most can be transferred, and so little that some cannot. */
const EACH = TRANSFERS
const TOTAL = ACCOUNTS.length * EACH
const title = `${TRANSFERS.toLocaleString('en')} concurrent transfers over ${ACCOUNTS.length} accounts`

interface Transfer {
  readonly from: string
  readonly to: string
  /** No two are the same: the log tells which happened, and how often. */
  readonly amount: number
}

function makeTransfers(random: Random): readonly Transfer[] {
  return upTo(TRANSFERS).map((index) => {
    const from = random.below(ACCOUNTS.length)
    const to = (from + 1 + random.below(ACCOUNTS.length - 1)) % ACCOUNTS.length
    return { from: String(ACCOUNTS[from]), to: String(ACCOUNTS[to]), amount: index + 1 }
  })
}

async function openAccounts(instance: Instance): Promise<void> {
  for (const account of ACCOUNTS) {
    await instance.ask({ action: 'open account', payload: { account, owner: 'ann' } })
    await instance.ask({ action: 'deposit money', payload: { account, amount: EACH } })
  }
}

type End = 'done' | 'refused'

/** Sends the order again under its id, to whoever is there, until the answer is certain. */
async function settle(order: Transfer, instanceFor: (attempt: number) => Promise<Instance>): Promise<End> {
  for (let attempt = 0; ; attempt++) {
    try {
      const instance = await instanceFor(attempt)
      await instance.ask({ action: 'transfer money', payload: order, commandId: `transfer-${order.amount}` })
      return 'done'
    } catch (error) {
      if (isMicroError(error, 'MICRO_RULE_BROKEN') && error.outcome === 'none') return 'refused'
      if (!isMicroError(error) || !error.retryable) throw error
    }
  }
}

/** The log holds each acknowledged transfer once and nothing else, and no account was ever below zero. */
async function expectNothingMadeOrLost(
  deployment: Deployment,
  instances: readonly Instance[],
  transfers: readonly Transfer[],
  ends: readonly End[],
): Promise<void> {
  const log = await deployment.log()
  const balances = new Map(ACCOUNTS.map((account) => [account, 0]))
  const sent: Transfer[] = []
  let lowest = 0
  for (const { type, data, position } of log) {
    const { account, to, amount = 0 } = data as { account: string; to?: string; amount?: number }
    const change = type === 'money sent' ? -amount : amount
    const balance = (balances.get(account) ?? 0) + change
    balances.set(account, balance)
    lowest = Math.min(lowest, balance)
    if (type === 'money sent') sent.push({ from: account, to: String(to), amount })
    expect(position).toBeGreaterThan(0)
  }
  const byAmount = (one: Transfer, other: Transfer): number => one.amount - other.amount
  expect(sent.toSorted(byAmount)).toEqual(transfers.filter((_, index) => ends[index] === 'done'))
  expect(lowest).toBe(0)
  expect([...balances.values()].reduce((sum, balance) => sum + balance, 0)).toBe(TOTAL)

  const [first] = instances
  // Answered from behind all transfers, so that every instance shows them.
  const opened = await first?.ask({ action: 'open account', payload: { account: 'last', owner: 'ann' } })
  for (const instance of instances) {
    const ask = async (action: string, payload: unknown): Promise<unknown> =>
      (await instance.ask({ action, payload, positions: opened?.positions })).response
    expect(await ask('bank totals', {})).toEqual({ accounts: ACCOUNTS.length + 1, balance: TOTAL })
    for (const [account, balance] of balances) expect(await ask('account', { account })).toMatchObject({ balance })
  }
}

it(`${title}, from two instances in one process`, async () => {
  const transfers = makeTransfers(seededRandom('transfers'))
  await using deployment = await deployHere({ service: BANK })
  const { instances } = deployment
  await openAccounts(instances[0])
  const ends = await inParallel(transfers, CUSTOMERS, (order, index) =>
    settle(order, async (attempt) => instances[(index + attempt) % 2] ?? instances[0]),
  )
  await expectNothingMadeOrLost(deployment, instances, transfers, ends)
})

it(`${title}, from two processes on one SQLite file, ${KILLS} times kill -9`, async () => {
  const random = seededRandom('transfers and kills')
  const transfers = makeTransfers(random)
  await using deployment = await deployProcesses({ service: BANK })
  await openAccounts(deployment.instances[0])
  /** Who serves at each of the two places; `undefined` while a killed one is replaced. */
  const serving: (ProcessInstance | undefined)[] = [...deployment.instances]
  const replace = async (place: number): Promise<void> => {
    const killed = serving[place]
    serving[place] = undefined
    await killed?.kill()
    serving[place] = await deployment.start()
  }
  const at = (place: number): Instance => {
    const instance = serving[place % 2] ?? serving[(place + 1) % 2]
    if (instance === undefined) throw new Error('Both are being replaced: one kill begins when the last one is over')
    return instance
  }

  const perKill = Math.floor(TRANSFERS / (KILLS + 1))
  const killAt = upTo(KILLS).map((kill) => kill * perKill + 1 + random.below(perKill))
  let settled = 0
  let resent = 0
  let kills = 0
  let replacing: Promise<void> | undefined
  const killOnceSent = (instance: Instance): void => {
    const isDue = kills < KILLS && settled >= (killAt[kills] ?? Infinity)
    if (!isDue || replacing !== undefined) return
    kills++
    const place = serving.findIndex((each) => each === instance)
    // The order is sent in this turn and answered in none before the next: the kill meets it on its way.
    replacing = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => replace(place))
      .finally(() => (replacing = undefined))
  }
  const ends = await inParallel(transfers, CUSTOMERS, async (order, index) => {
    // The load must not end before the last kill.
    if (settled > (kills + 1) * perKill) await replacing
    const end = await settle(order, async (attempt) => {
      resent += attempt > 0 ? 1 : 0
      const instance = at(index + attempt)
      killOnceSent(instance)
      return instance
    })
    settled++
    return end
  })
  await replacing
  console.log(`${kills} kills; ${resent} orders sent again; ${ends.filter((end) => end === 'done').length} done`)
  expect(kills).toBe(KILLS)
  expect(resent).toBeGreaterThanOrEqual(KILLS)
  await expectNothingMadeOrLost(
    deployment,
    serving.map((_, place) => at(place)),
    transfers,
    ends,
  )
})
