export const AccountIdSchema = {
  description: 'Id of an account: letters, digits, and - _ . after the first character',
  type: 'string',
  minLength: 1,
  maxLength: 64,
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$',
} as const

export const OwnerSchema = {
  description: 'Whose account it is; no blanks at either end',
  type: 'string',
  minLength: 1,
  maxLength: 100,
  pattern: '^\\S(.*\\S)?$',
} as const

export const AccountSchema = {
  type: 'object',
  properties: {
    account: AccountIdSchema,
    owner: OwnerSchema,
    balance: { description: 'Cents', type: 'integer', minimum: 0 },
    status: { enum: ['open', 'closed'] },
  },
  required: ['account', 'owner', 'balance', 'status'],
} as const

export const BalanceSchema = {
  type: 'object',
  properties: { account: AccountIdSchema, balance: AccountSchema.properties.balance },
  required: ['account', 'balance'],
} as const
