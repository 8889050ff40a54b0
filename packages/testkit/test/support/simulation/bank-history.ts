import { isDeepStrictEqual } from 'node:util'
import type { HistoryCall, HistoryDomain, Observation } from '../../../src/history/index.ts'
import { type Action, isNothingToDo, objection, type Payload } from './bank-decisions.ts'
import { BankState } from './bank-state.ts'
import { payloadOf } from './check-log.ts'

/** The bank, for the history checker. */
export const bankDomain: HistoryDomain<BankState> = {
  initial: new BankState(),
  apply: (state, event) => state.after(event),
  views: ['account', 'everything'],
  mayRefuse: (call, { message }, state) => objection(call.action as Action, bankPayload(call), state) === message,
  mayDoNothing(call, state) {
    const [action, payload] = [call.action as Action, bankPayload(call)]
    return objection(action, payload, state) === undefined && isNothingToDo(action, payload, state)
  },
  observations: (call, { response }) => rowsShown(call, response),
  eventIds: (_, { response }) => (response as { readonly ids: readonly string[] }).ids,
  mayHaveWritten: ({ payload }, events) => isDeepStrictEqual(payload, payloadOf({ events })),
}

export const bankPayload = ({ payload }: HistoryCall): Payload => payload as Payload

function rowsShown(call: HistoryCall, response: unknown): readonly Observation<BankState>[] {
  if (call.action === 'account') {
    const { account, limit } = response as { readonly account: unknown; readonly limit: unknown }
    const id = bankPayload(call).account ?? ''
    return [rowShown('account', id, account), rowShown('limit', id, limit)]
  }
  if (call.action === 'everything') {
    const tables = response as Readonly<Record<'account' | 'limit', readonly { readonly id: string }[]>>
    return (['account', 'limit'] as const).flatMap((table) => tables[table].map((row) => rowShown(table, row.id, row)))
  }
  const { row } = response as { readonly row?: unknown }
  return row === undefined ? [] : [rowShown('account', bankPayload(call).account ?? '', row)]
}

function rowShown(table: 'account' | 'limit', id: string, value: unknown): Observation<BankState> {
  return { what: `${table} ${id}`, value, read: (state) => state[table](id) ?? null }
}
