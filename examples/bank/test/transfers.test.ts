import { setImmediate } from 'node:timers/promises'
import { isMicroError, memoryEventStore } from '@micro/core'
import { expect, it } from 'vitest'
import { accountView } from '../src/contracts/account.contract.ts'
import { bankTotalsView } from '../src/contracts/bank-totals.contract.ts'
import { statement } from '../src/contracts/statement.contract.ts'
import { transferMoney } from '../src/contracts/transfer-money.contract.ts'
import { openBank } from './open-bank.ts'

it('100 transfers at once, back and forth, neither make nor lose money, and the total never moves', async () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  const bank = await openBank(memoryEventStore())
  for (const account of names) {
    await bank.act('open account', { account, owner: 'Owner' })
    await bank.act('deposit money', { account, amount: 100 })
  }
  let areMoving = true
  const seen = new Set<string>()
  const watching = (async () => {
    while (areMoving) {
      seen.add(JSON.stringify(await bank.act(bankTotalsView, {})))
      // In memory a view is answered without a turn of the event loop, and the transfers need some.
      await setImmediate()
    }
  })()

  const results = await Promise.allSettled(
    Array.from({ length: 100 }, (_, index) => {
      const from = names[index % 5] ?? ''
      const to = names[(index + 1 + (index % 3)) % 5] ?? ''
      return bank.act(transferMoney, { from, to, amount: 1 + ((index * 37) % 90) })
    }),
  )
  areMoving = false
  await watching

  const refused = results.filter((result) => result.status === 'rejected')
  for (const { reason } of refused) expect(isMicroError(reason, 'MICRO_RULE_BROKEN')).toBe(true)
  expect(results.length - refused.length).toBeGreaterThan(0)
  const balances = await Promise.all(
    names.map(async (account) => {
      const { balance } = await bank.act(accountView, { account })
      const { entries } = await bank.act(statement, { account, limit: 100 })
      expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(balance)
      return balance
    }),
  )
  expect(balances.every((balance) => balance >= 0)).toBe(true)
  expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(500)
  expect([...seen]).toEqual(['{"accounts":5,"balance":500}'])
  await bank.stop()
})

it('of a transfer into an account and its closing at the same time only one happens', async () => {
  const bank = await openBank()
  await bank.act('open account', { account: 'payer', owner: 'Owner' })
  await bank.act('deposit money', { account: 'payer', amount: 1_000 })
  for (let round = 0; round < 20; round++) {
    const account = `target-${round}`
    await bank.act('open account', { account, owner: 'Owner' })
    const race = [
      () => bank.act('transfer money', { from: 'payer', to: account, amount: 1 }),
      () => bank.act('close account', { account }),
    ]
    const results = await Promise.allSettled((round % 2 === 0 ? race : race.reverse()).map((run) => run()))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const { balance, status } = await bank.act(accountView, { account })
    expect([balance, status]).toEqual(balance === 0 ? [0, 'closed'] : [1, 'open'])
  }
  await bank.stop()
})
