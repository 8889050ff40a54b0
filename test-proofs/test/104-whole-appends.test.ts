import { Positions } from '@micro/core'
import { scaled } from '@micro/testkit'
import { describe, expect, it } from 'vitest'
import { deploy, PLACES } from './support/deployment.ts'
import { DESK } from './support/desk.ts'
import { inParallel, upTo } from './support/in-parallel.ts'

const TRANSFERS = scaled(1_000)
const ACCOUNTS = 10
const READERS = 3
const EACH = 1_000

describe.each(PLACES.flatMap((place) => [false, true].map((sharedModels) => ({ place, sharedModels }))))(
  'views of what two events of one append change, in $place, with shared models: $sharedModels',
  ({ place, sharedModels }) => {
    it(`[104] are constant during ${TRANSFERS} transfers, read continuously`, async () => {
      await using deployment = await deploy(place, { service: DESK, sharedModels })
      const { instances } = deployment
      const met = new Positions()
      for (const index of upTo(ACCOUNTS)) {
        await instances[0].ask({ action: 'open', payload: { account: `a${index}`, owner: 'ann' } })
        const payload = { account: `a${index}`, amount: EACH }
        met.merge(Positions.parse((await instances[0].ask({ action: 'deposit', payload })).positions))
      }
      const positions = met.toString()
      const totals = new Map<string, number>()
      let isDone = false
      const reading = instances.flatMap((instance) =>
        upTo(READERS).map(async () => {
          while (!isDone) {
            const { response } = await instance.ask({ action: 'bank totals', positions })
            const seen = JSON.stringify(response)
            totals.set(seen, (totals.get(seen) ?? 0) + 1)
          }
        }),
      )
      await inParallel(upTo(TRANSFERS), 8, async (index) => {
        const from = index % ACCOUNTS
        const payload = { from: `a${from}`, to: `a${(from + 1 + (index % 3)) % ACCOUNTS}`, amount: 1 + (index % 5) }
        await (index % 2 === 0 ? instances[0] : instances[1]).ask({ action: 'transfer', payload, positions })
      })
      isDone = true
      await Promise.all(reading)
      const reads = [...totals.values()].reduce((sum, times) => sum + times, 0)
      console.log(`[104] ${place}: ${reads} reads`)
      const all = ACCOUNTS * EACH
      expect([...totals.keys()]).toEqual([JSON.stringify({ accounts: ACCOUNTS, sum: all, balance: all })])
      expect(reads).toBeGreaterThan(TRANSFERS / 10)
    })
  },
)
