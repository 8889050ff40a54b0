// kill -9 again and again under a load of deposits and transfers, with customers who repeat an order until it is answered.
import { scaled } from '@micro/testkit'
import { expect, it } from 'vitest'
import { compareModels, type ModelsPlace, readLog, viewsAfresh, viewsOfProgram } from './support/bank-log.ts'
import { Customers, makeOrders, type Order } from './support/bank-load.ts'
import { type BankProgram, startBank, startBankOnFile } from './support/bank-program.ts'
import { type ReadyTime, timeStart } from './support/ready-time.ts'
import { seededRandom } from './support/random.ts'
import { tempFolder } from './support/temp-folder.ts'

/** `npm run test:long` kills 200 times, at scale 10. */
const KILLS = scaled(20, 3)
const ORDERS_PER_LIFE = Math.min(scaled(400, 120), Math.floor(20_000 / KILLS))
const CUSTOMERS = 16
const MOST_MS = 2_000
const PROGRESS = 20

/** One event in each of these. */
const streamsOf = ({ payload }: Order): string[] =>
  ('account' in payload ? [payload.account] : [payload.from, payload.to]).map((account) => `bank/account-${account}`)

const most = (times: readonly ReadyTime[], part: keyof ReadyTime): number =>
  Math.max(...times.map((time) => time[part]))

const amountOf = ({ payload }: Order): number => payload.amount

it.each<ModelsPlace>(['in memory', 'in the file'])(
  `[13] ${KILLS} times kill -9 under load, models %s: each acknowledged command exactly once, models as replayed, ready in 2 s`,
  async (models) => {
    const start = models === 'in memory' ? startBank : startBankOnFile
    const random = seededRandom('crashes')
    const accounts = Array.from({ length: 8 }, (_, index) => `account-${index}`)
    using folder = tempFolder()
    let bank = await start(folder.path)
    for (const account of accounts) await bank.client.command('open-account', { account, owner: 'Somebody' })

    const orders = makeOrders(random, (KILLS + 1) * ORDERS_PER_LIFE, accounts)
    const customers = new Customers(orders, bank.client)
    const load = customers.run(CUSTOMERS)
    const restarts: ReadyTime[] = []
    // Nobody orders anything before the models have been looked at.
    const restartAndCompare = async (): Promise<BankProgram> => {
      const { bank: restarted, ready } = await timeStart(() => start(folder.path))
      restarts.push(ready)
      expect(await viewsOfProgram(restarted, accounts)).toEqual(await viewsAfresh(folder.path, accounts))
      return restarted
    }
    try {
      for (let kill = 1; kill <= KILLS; kill++) {
        // In the turn in which an answer came: the other customers' orders are anywhere between socket and disk.
        const enough = customers.settled.length + 1 + random.below(ORDERS_PER_LIFE)
        await Promise.race([customers.until(Math.min(enough, orders.length - 1)), load])
        await bank.kill()
        const restart = restartAndCompare()
        customers.moveTo(restart.then(({ client }) => client))
        bank = await restart
        if (kill % PROGRESS === 0) console.log(`${kill} of ${KILLS} kills, ${customers.settled.length} orders settled`)
      }
      await load
      const totals = await bank.client.view('bank-totals')
      const balances = await Promise.all(accounts.map((account) => bank.client.view('account', { account })))
      bank.signal('SIGTERM')
      expect(await bank.ended).toMatchObject({ code: 0 })

      // Each order was answered once and for all.
      expect(customers.settled).toHaveLength(orders.length)
      const done = customers.settled.filter(({ answer }) => answer.status === 200).map(({ order }) => order)
      const refusals = customers.settled.filter(({ answer }) => answer.status !== 200)
      const refused = refusals.map(({ order }) => order)
      for (const { answer } of refusals) expect(answer).toMatchObject({ body: { code: 'MICRO_RULE_BROKEN' } })
      console.log(
        `${done.length} orders done, ${refused.length} refused, ${customers.resent.size} sent more than once;`,
        `restarts took up to ${most(restarts, 'wallMs')} ms, of which they computed up to ${most(restarts, 'cpuMs')} ms`,
      )
      expect(customers.resent.size).toBeGreaterThan(0)
      expect(restarts).toHaveLength(KILLS)
      expect(restarts.filter(({ ms }) => ms >= MOST_MS)).toEqual([])

      // No two orders have the same amount: the log tells which happened, and how often.
      const log = await readLog(folder.path)
      const inLog = new Map<number, string[]>()
      for (const { data, stream } of log) {
        const amount = data['amount']
        if (typeof amount === 'number') inLog.set(amount, [...(inLog.get(amount) ?? []), stream])
      }
      for (const order of done) expect([order, inLog.get(amountOf(order))]).toEqual([order, streamsOf(order)])
      for (const order of refused) expect([order, inLog.get(amountOf(order))]).toEqual([order, undefined])
      expect(inLog.size).toBe(done.length)
      expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1))

      // Balances and totals are what the acknowledged orders come to.
      const wanted = new Map(accounts.map((account) => [account, 0]))
      const move = (account: string, amount: number): void =>
        void wanted.set(account, (wanted.get(account) ?? 0) + amount)
      for (const { payload } of done) {
        if ('account' in payload) move(payload.account, payload.amount)
        else {
          move(payload.from, -payload.amount)
          move(payload.to, payload.amount)
        }
      }
      expect(balances.map(({ body }) => (body as { balance: number }).balance)).toEqual([...wanted.values()])
      const money = [...wanted.values()].reduce((sum, balance) => sum + balance, 0)
      expect(totals.body).toEqual({ accounts: accounts.length, balance: money })

      const { kept, afresh } = await compareModels(folder.path, accounts, models)
      expect(kept).toEqual(afresh)
    } finally {
      customers.giveUp()
      await bank.kill()
      await Promise.allSettled([load])
    }
  },
  scaled(900_000, 180_000),
)
