import type { Deposit } from '../../account/payload.ts'
import { counted } from '../../measure/counted.ts'
import type { Side } from '../../measure/row.ts'

/** Calls one after another, as code that awaits each answer does. */
export function callSide(
  call: (payload: Deposit) => Promise<Deposit>,
  scale: number,
  close?: () => Promise<void>,
): Side {
  const units = counted(200_000, scale, 200)
  let sum = 0
  return {
    units,
    run: async () => {
      sum = 0
      for (let at = 0; at < units; at++) sum += (await call({ account: 'account-1', amount: 1 + (at % 7) })).amount
    },
    outcome: () => ({ sum }),
    ...(close === undefined ? {} : { close }),
  }
}

/** What is called. */
export type Handler = (payload: Deposit) => Deposit | Promise<Deposit>

export const HANDLERS = {
  synchronous: ({ account, amount }: Deposit): Deposit => ({ account, amount: amount + 1 }),
  asynchronous: async ({ account, amount }: Deposit): Promise<Deposit> => ({ account, amount: amount + 1 }),
} as const
