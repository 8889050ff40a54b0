import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { BANK } from './support/bank.ts'
import { deploy, PLACES } from './support/deployment.ts'
import { inParallel, upTo } from './support/in-parallel.ts'
import { sharedOrOwn } from './support/own-models.ts'

const REPLIES = scaled(5_000, 500)
const CALLERS = 8
const ACCOUNTS = ['a', 'b', 'c']

interface Balance {
  readonly balance: number
}

describe.each(PLACES)('two instances in %s', (place) => {
  describe.each(sharedOrOwn)('with %s models', (_, sharedModels) => {
    const replies = REPLIES / sharedOrOwn.length
    it(`[32] after each of ${replies} replies, what is asked at once on either instance reflects it: 0 stale`, async () => {
      await using deployment = await deploy(place, { service: BANK, sharedModels })
      const { instances } = deployment
      for (const account of ACCOUNTS)
        await instances[0].ask({ action: 'open account', payload: { account, owner: 'ann' } })
      let stale = 0
      await inParallel(upTo(replies), CALLERS, async (_item, index) => {
        const account = ACCOUNTS[index % ACCOUNTS.length]
        const writer = instances[index % 2] ?? instances[0]
        const { response, positions } = await writer.ask({
          action: 'deposit money',
          payload: { account, amount: 1 },
        })
        const seen = await Promise.all(
          instances.map((instance) => instance.ask({ action: 'account', payload: { account }, positions })),
        )
        // Money only comes in: less than what the reply said is older than the reply.
        const { balance } = response as Balance
        stale += seen.filter((view) => (view.response as Balance).balance < balance).length
      })
      expect(stale).toBe(0)
    })
  })
})
