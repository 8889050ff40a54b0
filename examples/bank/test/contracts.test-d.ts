import type { Micro } from '@micro/core'
import { expectTypeOf, it } from 'vitest'
import { accountsByOwner } from '../src/contracts/accounts-by-owner.contract.ts'
import { bankTotalsView } from '../src/contracts/bank-totals.contract.ts'
import { statement } from '../src/contracts/statement.contract.ts'
import { transferMoney } from '../src/contracts/transfer-money.contract.ts'

declare const bank: Micro

it('payloads and responses are typed by their contracts alone', () => {
  expectTypeOf(bank.act(transferMoney, { from: 'a', to: 'b', amount: 1 })).resolves.toEqualTypeOf<{
    readonly account: string
    readonly balance: number
  }>()
  expectTypeOf(bank.act(accountsByOwner, { owner: 'Ada' })).resolves.items.toEqualTypeOf<{
    readonly account: string
    readonly owner: string
    readonly balance: number
    readonly status: 'open' | 'closed'
  }>()
  expectTypeOf(bank.act(bankTotalsView, {})).resolves.toEqualTypeOf<{
    readonly accounts: number
    readonly balance: number
  }>()
  expectTypeOf(bank.act(statement, { account: 'a' }))
    .resolves.toHaveProperty('cursor')
    .toEqualTypeOf<number | undefined>()

  // @ts-expect-error an amount is a number
  void bank.act(transferMoney, { from: 'a', to: 'b', amount: '1' })
  // @ts-expect-error a transfer says where to
  void bank.act(transferMoney, { from: 'a', amount: 1 })
})
