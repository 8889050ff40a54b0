import { readFileSync } from 'node:fs'

/** What must come of imports/month.csv. */
export interface ExpectedMonth {
  readonly commands: number
  readonly accepted: number
  readonly rejected: readonly number[]
  readonly totals: { readonly accounts: number; readonly balance: number }
  readonly accounts: Readonly<
    Record<string, { readonly owner: string; readonly balance: number; readonly status: string }>
  >
}

export function readExpected(folder = 'imports'): ExpectedMonth {
  return JSON.parse(readFileSync(`${folder}/month.expected.json`, 'utf8'))
}
