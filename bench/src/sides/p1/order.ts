/** What is asked, and what is answered with one more of it: 100 bytes as JSON. */
export type Order = {
  readonly account: string
  readonly amount: number
  readonly reference: string
}

export const OrderSchema = {
  type: 'object',
  properties: {
    account: { type: 'string', minLength: 1, maxLength: 64 },
    amount: { type: 'integer', minimum: 1, maximum: 1_000_000 },
    reference: { type: 'string', minLength: 1, maxLength: 100 },
  },
  required: ['account', 'amount', 'reference'],
  additionalProperties: false,
} as const

export function orderAt(at: number): Order {
  const place = String(at % 100_000).padStart(6, '0')
  return {
    account: `account-${place}`,
    amount: 1 + (at % 7),
    reference: `order ${place}, paid by card, from the shop 4242`,
  }
}

export function filled({ account, amount, reference }: Order): Order {
  return { account, amount: amount + 1, reference }
}
