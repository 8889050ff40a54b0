// A bank with a long history: its models are in memory, so each start makes them anew from the whole log.
import { scaled, testScale } from '@micro/testkit'
import { expect, it } from 'vitest'
import { startBank } from './support/bank-program.ts'
import { writeLongHistory } from './support/long-history.ts'
import { timeStart } from './support/ready-time.ts'
import { tempFolder } from './support/temp-folder.ts'

const EVENTS = scaled(1_000_000, 10_000)
/** For the process itself, however short its history. */
const LEAST_MS = 2_000
const MOST_MS = Math.min(20_000, LEAST_MS + 18_000 * testScale())

it(
  `[22] with ${EVENTS} events in its log is ready in ${MOST_MS} ms`,
  async () => {
    using folder = tempFolder()
    const { totals, accounts } = await writeLongHistory(folder.path, EVENTS)
    // Printed when the portal is open; the answer is from models of the whole log.
    const { bank, ready } = await timeStart(
      () => startBank(folder.path),
      async ({ client }) => expect(await client.view('bank-totals')).toMatchObject({ status: 200, body: totals }),
    )
    console.log(`${EVENTS} events: ready after ${ready.wallMs} ms, of which it computed ${ready.cpuMs} ms`)
    try {
      for (const { account, balance } of [accounts[0], accounts.at(-1)].filter((each) => each !== undefined))
        expect(await bank.client.view('account', { account })).toMatchObject({ body: { account, balance } })
      expect(ready.ms).toBeLessThan(MOST_MS)
    } finally {
      await bank.kill()
    }
  },
  scaled(600_000, 180_000),
)
