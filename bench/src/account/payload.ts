/** What most rows do: an amount is added to an account. A type and no interface, because emmett's data are records. */
export type Deposit = {
  readonly account: string
  readonly amount: number
}

export interface Balance {
  readonly account: string
  readonly balance: number
}

export const DepositSchema = {
  type: 'object',
  properties: {
    account: { type: 'string', minLength: 1, maxLength: 64 },
    amount: { type: 'integer', minimum: 1, maximum: 1_000_000 },
  },
  required: ['account', 'amount'],
  additionalProperties: false,
} as const

export const BalanceSchema = {
  type: 'object',
  properties: { account: { type: 'string' }, balance: { type: 'integer' } },
  required: ['account', 'balance'],
  additionalProperties: false,
} as const

export const AccountSchema = {
  type: 'object',
  properties: { account: { type: 'string' } },
  required: ['account'],
  additionalProperties: false,
} as const

/** No account may hold more: what `validate` looks at. */
export const MOST_BALANCE = 1_000_000_000
