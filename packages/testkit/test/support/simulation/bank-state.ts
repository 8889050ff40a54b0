import type { JsonObject, RecordedEvent } from '@micro/core'
import type { AccountRow, LimitRow, LoginRow, OwnerRow, Rows } from './bank-decisions.ts'

type Table<Row> = ReadonlyMap<string, Row>

/** The bank as it stands after some of its log: worked out here without anything of core. */
export class BankState implements Rows {
  readonly accounts: Table<AccountRow>
  readonly owners: Table<OwnerRow>
  readonly limits: Table<LimitRow>
  readonly logins: Table<LoginRow>

  constructor(
    accounts: Table<AccountRow> = new Map(),
    owners: Table<OwnerRow> = new Map(),
    limits: Table<LimitRow> = new Map(),
    logins: Table<LoginRow> = new Map(),
  ) {
    this.accounts = accounts
    this.owners = owners
    this.limits = limits
    this.logins = logins
  }

  account(id: string): AccountRow | undefined {
    return this.accounts.get(id)
  }

  owner(id: string): OwnerRow | undefined {
    return this.owners.get(id)
  }

  limit(id: string): LimitRow | undefined {
    return this.limits.get(id)
  }

  login(id: string): LoginRow | undefined {
    return this.logins.get(id)
  }

  after({ type, data }: RecordedEvent): BankState {
    const { accounts, owners, limits, logins } = this
    switch (type) {
      case 'account opened': {
        const id = text(data, 'account')
        const row = { id, owner: text(data, 'owner'), balance: 0, isOpen: true }
        return new BankState(put(accounts, row), owners, limits, logins)
      }
      case 'account closed':
        return this.#withAccount(text(data, 'account'), (row) => ({ ...row, isOpen: false }))
      case 'money deposited':
        return this.#withAccount(text(data, 'account'), (row) => ({ ...row, balance: row.balance + count(data) }))
      case 'money withdrawn':
        return this.#withAccount(text(data, 'account'), (row) => ({ ...row, balance: row.balance - count(data) }))
      case 'owner bound':
        return new BankState(
          accounts,
          put(owners, { id: text(data, 'owner'), account: text(data, 'account') }),
          limits,
          logins,
        )
      case 'owner released':
        return new BankState(accounts, put(owners, { id: text(data, 'owner'), account: '' }), limits, logins)
      case 'limit set':
        return new BankState(
          accounts,
          owners,
          put(limits, { id: text(data, 'account'), limit: Number(data['limit']) }),
          logins,
        )
      case 'logged in': {
        const id = text(data, 'login')
        const row = { id, tokenHash: text(data, 'tokenHash'), times: (logins.get(id)?.times ?? 0) + 1 }
        return new BankState(accounts, owners, limits, put(logins, row))
      }
      default:
        throw new Error(`The bank knows no event "${type}"`)
    }
  }

  #withAccount(id: string, change: (row: AccountRow) => AccountRow): BankState {
    const row = this.accounts.get(id) ?? { id, owner: '', balance: 0, isOpen: false }
    return new BankState(put(this.accounts, change(row)), this.owners, this.limits, this.logins)
  }
}

/** One append, and the bank before and after it. */
export interface Step {
  readonly events: readonly RecordedEvent[]
  /** Of its last event. */
  readonly position: number
  readonly before: BankState
  readonly after: BankState
}

/** The log as the appends that made it. */
export function stepsOf(log: readonly RecordedEvent[]): readonly Step[] {
  const steps: Step[] = []
  let before = new BankState()
  for (let at = 0; at < log.length;) {
    const length = Number(log[at]?.metadata['count'])
    const events = log.slice(at, at + length)
    const after = events.reduce((state, event) => state.after(event), before)
    steps.push({ events, position: events.at(-1)?.position ?? 0, before, after })
    before = after
    at += length
  }
  return steps
}

function put<Row extends { readonly id: string }>(table: Table<Row>, row: Row): Table<Row> {
  return new Map(table).set(row.id, row)
}

/** What an event's data says under a name; all that the bank writes there is text. */
export function text(data: JsonObject, name: string): string {
  const value = data[name]
  return typeof value === 'string' ? value : ''
}

const count = (data: JsonObject): number => Number(data['amount'])
