/** Rows of the bank's models, as rules read them and as the checks work them out from the log. */
export interface AccountRow {
  readonly id: string
  readonly owner: string
  readonly balance: number
  readonly isOpen: boolean
}
export interface OwnerRow {
  readonly id: string
  readonly account: string
}
export interface LimitRow {
  readonly id: string
  readonly limit: number
}
export interface LoginRow {
  readonly id: string
  readonly tokenHash: string
  readonly times: number
}

/** Reads one row, from a model or from what a check has folded itself. */
export interface Rows {
  account(id: string): AccountRow | undefined
  owner(id: string): OwnerRow | undefined
  limit(id: string): LimitRow | undefined
  login(id: string): LoginRow | undefined
}

export interface Payload {
  readonly ref?: string
  readonly account?: string
  readonly owner?: string
  readonly from?: string
  readonly to?: string
  readonly amount?: number
  readonly limit?: number
  readonly login?: string
  readonly gift?: number
  readonly alike?: string
}

export type Action =
  | 'open account'
  | 'close account'
  | 'deposit money'
  | 'withdraw money'
  | 'transfer money'
  | 'set limit'
  | 'welcome customer'
  | 'log in'
  | 'remember me'

/** Accounts that the limit was never set of may spend so much at once. */
export const LIMIT_AT_FIRST = 100

/** Log-ins after which the login is refused any more: makes a "no" that depends on how often. */
export const MOST_LOGINS = 4

/**
 * Why the bank refuses a command, one sentence; `undefined`: it does not. The rules answer with it, and the checks ask it of
 * every state that the log went through while a refused command was under way.
 */
export function objection(action: Action, payload: Payload, rows: Rows): string | undefined {
  const { account: id = '', owner: ownerId = '', from = '', to = '', amount = 0 } = payload
  switch (action) {
    case 'open account':
      if (rows.account(id)?.isOpen === true) return 'The account is open already.'
      return (rows.owner(ownerId)?.account ?? '') === '' ? undefined : 'The owner has an account.'
    case 'close account': {
      const row = rows.account(id)
      if (row?.isOpen !== true) return 'The account is not open.'
      if (row.owner !== ownerId) return 'The account is another owner’s.'
      return row.balance === 0 ? undefined : 'There is money left.'
    }
    case 'deposit money':
      return rows.account(id)?.isOpen === true ? undefined : 'The account is not open.'
    case 'withdraw money':
      return spending(id, amount, rows)
    case 'transfer money':
      if (from === to) return 'Nothing moves from an account to itself.'
      if (rows.account(to)?.isOpen !== true) return 'The account is not open.'
      return spending(from, amount, rows)
    case 'set limit': {
      const row = rows.account(id)
      if (row?.isOpen !== true) return 'The account is not open.'
      return row.owner === ownerId ? undefined : 'The account is another owner’s.'
    }
    case 'welcome customer':
      return undefined
    case 'log in':
    case 'remember me':
      return (rows.login(payload.login ?? '')?.times ?? 0) >= MOST_LOGINS ? 'Too many log-ins.' : undefined
  }
}

/** Whether a command that may happen has nothing left to do. */
export function isNothingToDo(action: Action, payload: Payload, rows: Rows): boolean {
  if (action !== 'set limit') return false
  return (rows.limit(payload.account ?? '')?.limit ?? LIMIT_AT_FIRST) === payload.limit
}

function spending(id: string, amount: number, rows: Rows): string | undefined {
  const row = rows.account(id)
  if (row?.isOpen !== true) return 'The account is not open.'
  if (row.balance < amount) return 'There is not enough money.'
  return amount > (rows.limit(id)?.limit ?? LIMIT_AT_FIRST) ? 'That is above the limit.' : undefined
}
