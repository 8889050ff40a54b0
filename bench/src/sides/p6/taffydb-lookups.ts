import { createRequire } from 'node:module'
import type { Lookups } from './lookup-side.ts'
import { ownerAt, type Person, personAt } from './people.ts'

/** It has no declarations. */
interface Taffy {
  (query: Partial<Person>): { first(): Person | false }
}
type MakeTaffy = (rows: readonly Person[]) => Taffy

/** As its documents write it. It has no indexes, and keeps the answers of earlier queries. */
export function taffydbLookups(rows: number): Lookups {
  const { taffy } = createRequire(import.meta.url)('taffydb') as { readonly taffy: MakeTaffy }
  const people = taffy(Array.from({ length: rows }, (_, at) => personAt(at)))
  return {
    find: async (places) => {
      let sum = 0
      for (const at of places) {
        const found = people({ owner: ownerAt(at) }).first()
        sum += found === false ? Number.NaN : found.balance
      }
      return sum
    },
  }
}
