import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { askAgain } from './support/ask-again.ts'
import { BANK } from './support/bank.ts'
import { deploy, PLACES_WITH_NATS } from './support/deployment.ts'
import { inParallel, upTo } from './support/in-parallel.ts'
import { sharedOrOwn } from './support/own-models.ts'

const REPLIES = scaled(5_000, 500)
const CALLERS = 8
const ACCOUNTS = ['a', 'b', 'c']

const positionIn = (positions: string): number => Number(positions.split('=')[1])

describe.each(PLACES_WITH_NATS)('two instances in %s', (place) => {
  describe.each(sharedOrOwn)('with %s models', (_, sharedModels) => {
    const replies = REPLIES / sharedOrOwn.length
    it(`[32] after each of ${replies} replies, what is asked at once on either instance reflects it: 0 stale`, async () => {
      await using deployment = await deploy(place, { service: BANK, sharedModels })
      const { instances } = deployment
      for (const account of ACCOUNTS)
        await instances[0].ask({ action: 'open account', payload: { account, owner: 'ann' } })
      interface Seen {
        readonly account: string | undefined
        readonly position: number
        readonly views: readonly { readonly balance: number; readonly position: number }[]
      }
      const seen = await inParallel(upTo(replies), CALLERS, async (_item, index): Promise<Seen> => {
        const account = ACCOUNTS[index % ACCOUNTS.length]
        const writer = instances[index % 2] ?? instances[0]
        const payload = { account, amount: 1 + (index % 7) }
        const { positions } = await askAgain(writer, { action: 'deposit money', payload })
        const views = await Promise.all(
          instances.map((instance) => instance.ask({ action: 'account', payload: { account }, positions })),
        )
        return {
          account,
          position: positionIn(positions),
          views: views.map(({ response, positions: met }) => ({
            balance: (response as { balance: number }).balance,
            position: positionIn(met),
          })),
        }
      })
      // What the log had at the reply's position, the own deposit among it. Money only comes in, so less than that is stale.
      const atPosition: ReadonlyMap<string, number>[] = [new Map()]
      for (const { position, data } of await deployment.log()) {
        const { account, amount = 0 } = data as { account: string; amount?: number }
        const before = atPosition[position - 1] ?? new Map<string, number>()
        atPosition[position] = new Map(before).set(account, (before.get(account) ?? 0) + amount)
      }
      const balanceAt = (account = '', position: number): number => atPosition[position]?.get(account) ?? NaN
      const stale = seen.flatMap(({ account, position, views }) =>
        views.filter(({ balance }) => !(balance >= balanceAt(account, position))),
      )
      expect(stale).toEqual([])
      expect(new Set(seen.map(({ position }) => position)).size).toBe(replies)
    })
  })
})
