// Reasons why not that several rules give, as sentences a customer understands.
import type { RowOf } from '@micro/core'
import type { accounts } from './models/account.model.ts'
import { formatCents } from './schemas/money.schema.ts'

type AccountRow = RowOf<typeof accounts>

export function objectIfClosed({ account, status }: AccountRow): string | undefined {
  return status === 'closed' ? `Account "${account}" is closed.` : undefined
}

/** @param verb what cannot be done with the money: `withdrawn` */
export function objectIfShort({ account, balance }: AccountRow, amount: number, verb: string): string | undefined {
  if (balance >= amount) return undefined
  return `Account "${account}" has ${formatCents(balance)}; ${formatCents(amount)} cannot be ${verb}.`
}
