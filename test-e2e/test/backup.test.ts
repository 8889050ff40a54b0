// A copy made while the bank is writing is a bank of its own: whole, as of one moment.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordedEvent } from '@micro/core'
import { sqliteStore } from '@micro/store-sqlite'
import { scaled } from '@micro/testkit'
import { expect, it } from 'vitest'
import { readLog } from './support/bank-log.ts'
import { Customers, makeOrders } from './support/bank-load.ts'
import { startBank } from './support/bank-program.ts'
import { seededRandom } from './support/random.ts'
import { tempFolder } from './support/temp-folder.ts'

const COPIES = scaled(50, 4)

/** Money in the bank after these events. */
const moneyOf = (events: readonly RecordedEvent[]): number =>
  events.filter(({ type }) => type === 'money deposited').reduce((sum, { data }) => sum + Number(data['amount']), 0)

it(`[23] ${COPIES} copies made while the bank is writing each open as the bank of a moment`, async () => {
  const random = seededRandom('backup')
  using folder = tempFolder()
  await using bank = await startBank(folder.path)
  const accounts = ['alice', 'bob', 'carol', 'dave']
  for (const account of accounts) await bank.client.command('open-account', { account, owner: 'Somebody' })
  const customers = new Customers(makeOrders(random, COPIES * 200, accounts), bank.client)
  const load = customers.run(8)
  const source = sqliteStore({ file: join(folder.path, 'data', 'bank.db') })
  using copies = tempFolder()
  const folders = Array.from({ length: COPIES }, (_, index) => join(copies.path, String(index)))
  const acknowledged: number[] = []
  for (const copy of folders) {
    await Promise.race([customers.until(customers.settled.length + 20), load])
    acknowledged.push(customers.settled.filter(({ answer }) => answer.status === 200).length)
    mkdirSync(join(copy, 'data'), { recursive: true })
    await source.backup(join(copy, 'data', 'bank.db'))
  }
  customers.giveUp()
  await load
  await bank.kill()

  const whole = await readLog(folder.path)
  for (const [index, copy] of folders.entries()) {
    const log = await readLog(copy)
    // A prefix of the log, no shorter than what was acknowledged before the copy was begun, and no commit is split.
    expect(log).toEqual(whole.slice(0, log.length))
    expect(new Set(log.map(({ metadata }) => metadata['commandId'])).size).toBeGreaterThanOrEqual(
      accounts.length + (acknowledged[index] ?? 0),
    )
    expect(Number(log.at(-1)?.metadata['index']) + 1).toBe(log.at(-1)?.metadata['count'])
  }
  // And the last one goes on as a bank.
  const last = folders.at(-1) ?? ''
  const copied = await readLog(last)
  await using other = await startBank(last)
  expect((await other.client.view('bank-totals')).body).toEqual({ accounts: accounts.length, balance: moneyOf(copied) })
  expect(await other.client.command('deposit-money', { account: 'alice', amount: 1 })).toMatchObject({ status: 200 })
})
