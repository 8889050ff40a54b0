import { isDeepStrictEqual } from 'node:util'
import type { BankState, Step } from './bank-state.ts'
import type { Violation } from './violation.ts'
import type { Simulated } from './simulate.ts'

/** Whether at the end every instance has what the log makes of its models. */
export function checkModels({ models }: Simulated, steps: readonly Step[]): readonly Violation[] {
  const last: BankState | undefined = steps.at(-1)?.after
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
