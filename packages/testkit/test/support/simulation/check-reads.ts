import { isDeepStrictEqual } from 'node:util'
import type { BankState, Step } from './bank-state.ts'
import { statesBetween } from './check-decisions.ts'
import type { Answered, CallRecord, Violation } from './history.ts'
import type { Simulated } from './simulate.ts'

/** Whether what clients and, at the end, models show is what the log makes of it. */
export function checkReads({ history, models }: Simulated, steps: readonly Step[]): readonly Violation[] {
  return [...history.flatMap((call) => checkRead(call, steps)), ...checkModels(models, steps)]
}

function checkRead(call: CallRecord, steps: readonly Step[]): readonly Violation[] {
  const { answer } = call
  if (answer.kind !== 'answered') return []
  const from = oldestAllowed(call, answer)
  const states = statesBetween(steps, from, call.headAtAnswer)
  return rowsShown(call, answer)
    .filter(({ table, id, row }) => !states.some((state) => isDeepStrictEqual(rowOf(state, table, id), row)))
    .map(({ table, id }) => ({
      check: 'a view is never older than what was met',
      what: `${table} ${id} from position ${from} on: ${JSON.stringify(call)}`,
    }))
}

/** A view is not older than its caller had met, nor than it says itself; a command's answer reflects its own events. */
function oldestAllowed({ action, met, isContextOwn }: CallRecord, { response, repeated, position }: Answered): number {
  if (action === 'account' || action === 'everything') return isContextOwn ? position : met
  const own = (response as { readonly position?: number }).position ?? 0
  // A repeat may get the answer that was kept of the first run.
  return repeated ? own : Math.max(met, own)
}

interface Shown {
  readonly table: 'account' | 'limit'
  readonly id: string
  readonly row: unknown
}

function rowsShown({ action, payload }: CallRecord, { response }: Answered): readonly Shown[] {
  if (action === 'account') {
    const { account, limit } = response as { readonly account: unknown; readonly limit: unknown }
    const id = payload.account ?? ''
    return [
      { table: 'account', id, row: account },
      { table: 'limit', id, row: limit },
    ]
  }
  if (action === 'everything') {
    const tables = response as Readonly<Record<'account' | 'limit', readonly { readonly id: string }[]>>
    return (['account', 'limit'] as const).flatMap((table) => tables[table].map((row) => ({ table, id: row.id, row })))
  }
  const { row } = response as { readonly row?: unknown }
  return row === undefined ? [] : [{ table: 'account', id: payload.account ?? '', row }]
}

function rowOf(state: BankState, table: Shown['table'], id: string): unknown {
  return (table === 'account' ? state.account(id) : state.limit(id)) ?? null
}

function checkModels(models: Simulated['models'], steps: readonly Step[]): readonly Violation[] {
  const last = steps.at(-1)?.after
  const sorted = (table: ReadonlyMap<string, { readonly id: string }> | undefined): readonly unknown[] =>
    [...(table?.values() ?? [])].toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const expected = {
    account: sorted(last?.accounts),
    owner: sorted(last?.owners),
    limit: sorted(last?.limits),
    login: sorted(last?.logins),
  }
  return [...models]
    .filter(([, rows]) => !isDeepStrictEqual(JSON.parse(JSON.stringify(rows)), expected))
    .map(([instance, rows]) => ({
      check: 'models equal a replay',
      what: `${instance} has ${JSON.stringify(rows)}, the log makes ${JSON.stringify(expected)}`,
    }))
}
