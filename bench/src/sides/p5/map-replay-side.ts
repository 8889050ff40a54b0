import type { Balance, Deposit } from '../../account/payload.ts'
import type { Side } from '../../measure/row.ts'
import { countOfEvents, depositAt } from './deposit-events.ts'

interface Event {
  readonly type: string
  readonly data: Deposit
}

/** The bare work: each event is JSON, as a log has it, without its metadata; rows are in a Map. */
export function mapReplaySide(scale: number): Side {
  const units = countOfEvents(scale)
  const log = Array.from({ length: units }, (_, at) =>
    JSON.stringify({ type: 'money deposited', data: depositAt(at, units) }),
  )
  let rows = new Map<string, Balance>()
  return {
    units,
    prepare: async () => {
      rows = new Map()
    },
    run: async () => {
      for (const text of log) {
        const { type, data } = JSON.parse(text) as Event
        if (type !== 'money deposited') continue
        const { account, amount } = data
        rows.set(account, { account, balance: (rows.get(account)?.balance ?? 0) + amount })
      }
    },
    outcome: () => rows.get('account-0'),
  }
}
