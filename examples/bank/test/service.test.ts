import { memoryEventStore, type Micro } from '@micro/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accountView } from '../src/contracts/account.contract.ts'
import { accountsByOwner } from '../src/contracts/accounts-by-owner.contract.ts'
import { bankTotalsView } from '../src/contracts/bank-totals.contract.ts'
import { depositMoney } from '../src/contracts/deposit-money.contract.ts'
import { statement } from '../src/contracts/statement.contract.ts'
import { transferMoney } from '../src/contracts/transfer-money.contract.ts'
import { eventsOf, openBank, openSmallBank } from './open-bank.ts'

let bank: Micro

beforeEach(async () => {
  bank = await openSmallBank()
})
afterEach(() => bank.stop())

describe('commands', () => {
  it('answer the account or what is left in it', async () => {
    expect(await bank.act('open account', { account: 'carol', owner: 'Carol' })).toEqual({
      account: 'carol',
      owner: 'Carol',
      balance: 0,
      status: 'open',
    })
    expect(await bank.act('deposit money', { account: 'carol', amount: 300 })).toEqual({
      account: 'carol',
      balance: 300,
    })
    expect(await bank.act('withdraw money', { account: 'carol', amount: 100 })).toEqual({
      account: 'carol',
      balance: 200,
    })
    expect(await bank.act('transfer money', { from: 'carol', to: 'alice', amount: 200 })).toEqual({
      account: 'carol',
      balance: 0,
    })
    expect(await bank.act('close account', { account: 'carol' })).toMatchObject({ account: 'carol', status: 'closed' })
    expect(await bank.act(accountView, { account: 'alice' })).toMatchObject({ balance: 700 })
  })

  it('with the same id happen once', async () => {
    const deposit = () => bank.call(depositMoney, { account: 'bob', amount: 100 }, { commandId: 'payday' })
    const first = await deposit()
    const again = await deposit()
    expect([first.repeated, again.repeated]).toEqual([false, true])
    expect(again.response).toEqual({ account: 'bob', balance: 100 })
  })

  it('a transfer is one commit with an event in both streams', async () => {
    const log = memoryEventStore()
    const other = await openSmallBank(log)
    await other.act(transferMoney, { from: 'alice', to: 'bob', amount: 200 })
    const [sent, received] = (await eventsOf(log)).slice(-2)
    expect(sent).toMatchObject({
      stream: 'bank/account-alice',
      type: 'money sent',
      data: { account: 'alice', to: 'bob', amount: 200 },
      metadata: { index: 0, count: 2 },
    })
    expect(received).toMatchObject({
      stream: 'bank/account-bob',
      type: 'money received',
      data: { account: 'bob', from: 'alice', amount: 200 },
      metadata: { index: 1, count: 2 },
    })
    await other.stop()
  })
})

describe('views', () => {
  it('accounts by owner has all of an owner, closed ones too, and nobody else', async () => {
    expect(await bank.act(accountsByOwner, { owner: 'Bob' })).toEqual([
      { account: 'bob', owner: 'Bob', balance: 0, status: 'open' },
      { account: 'gone', owner: 'Bob', balance: 0, status: 'closed' },
    ])
    expect(await bank.act(accountsByOwner, { owner: 'bob' })).toEqual([])
  })

  it('bank totals of a new bank are zero, and count open accounts and all their money', async () => {
    const fresh = await openBank()
    expect(await fresh.act(bankTotalsView, {})).toEqual({ accounts: 0, balance: 0 })
    await fresh.stop()
    expect(await bank.act(bankTotalsView, {})).toEqual({ accounts: 2, balance: 500 })
    await bank.act('withdraw money', { account: 'alice', amount: 500 })
    await bank.act('close account', { account: 'alice' })
    expect(await bank.act(bankTotalsView, {})).toEqual({ accounts: 1, balance: 0 })
  })

  it('statement has each movement, newest first, and its amounts sum up to the balance', async () => {
    await bank.act('withdraw money', { account: 'alice', amount: 50 })
    await bank.act('transfer money', { from: 'alice', to: 'bob', amount: 200 })
    await bank.act('transfer money', { from: 'bob', to: 'alice', amount: 1 })
    const { entries, cursor } = await bank.act(statement, { account: 'alice' })
    expect(entries).toMatchObject([
      { reference: 'alice/4', account: 'alice', number: 4, kind: 'transfer', amount: 1, counterpart: 'bob' },
      { reference: 'alice/3', account: 'alice', number: 3, kind: 'transfer', amount: -200, counterpart: 'bob' },
      { reference: 'alice/2', account: 'alice', number: 2, kind: 'withdrawal', amount: -50 },
      { reference: 'alice/1', account: 'alice', number: 1, kind: 'deposit', amount: 500 },
    ])
    expect(cursor).toBeUndefined()
    expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(251)
    expect(await bank.act(statement, { account: 'gone' })).toEqual({ entries: [] })
  })

  it('pages of a statement do not move when new entries come', async () => {
    for (let amount = 1; amount <= 9; amount++) await bank.act(depositMoney, { account: 'bob', amount })
    const first = await bank.act(statement, { account: 'bob', limit: 4 })
    expect(first.entries.map(({ amount }) => amount)).toEqual([9, 8, 7, 6])
    await bank.act(depositMoney, { account: 'bob', amount: 99 })
    const { cursor } = first
    if (cursor === undefined) throw new Error('There is no second page')
    const second = await bank.act(statement, { account: 'bob', limit: 4, cursor })
    expect(second.entries.map(({ amount }) => amount)).toEqual([5, 4, 3, 2])
    if (second.cursor === undefined) throw new Error('There is no third page')
    const third = await bank.act(statement, { account: 'bob', limit: 4, cursor: second.cursor })
    expect(third.entries.map(({ amount }) => amount)).toEqual([1])
    expect(third.cursor).toBeUndefined()
  })
})
