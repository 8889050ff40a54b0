import { counted } from '../../measure/counted.ts'
import type { Side } from '../../measure/row.ts'
import type { Person } from './people.ts'

export interface Lookups {
  /** Finds these rows, one after another. @returns the sum of their balances */
  readonly find: (places: readonly number[]) => Promise<number>
  readonly close?: () => Promise<void>
}

/** Which rows are looked up: all over the table, so that neighbours in memory are no help. */
function placesOf(rows: number, lookups: number): number[] {
  return Array.from({ length: lookups }, (_, at) => (at * 7_919) % rows)
}

export function lookupSide({ find, close }: Lookups, rows: number, lookups: number, scale: number): Side {
  const places = placesOf(rows, counted(lookups, scale, 10))
  let sum = 0
  return {
    units: places.length,
    run: async () => {
      sum = await find(places)
    },
    outcome: () => ({ mean: sum / places.length, places: places.length }),
    ...(close === undefined ? {} : { close }),
  }
}

/** Lookups that answer with a promise each. */
export async function sumOf(
  places: readonly number[],
  find: (at: number) => Promise<Pick<Person, 'balance'> | undefined>,
): Promise<number> {
  let sum = 0
  for (const at of places) sum += (await find(at))?.balance ?? Number.NaN
  return sum
}
