import { type Lookups, sumOf } from './lookup-side.ts'
import { idAt, type Person, personAt } from './people.ts'

function filledMap(rows: number): ReadonlyMap<string, Person> {
  return new Map(Array.from({ length: rows }, (_, at) => [idAt(at), Object.freeze(personAt(at))]))
}

export function mapLookups(rows: number): Lookups {
  const people = filledMap(rows)
  return {
    find: async (places) => {
      let sum = 0
      for (const at of places) sum += people.get(idAt(at))?.balance ?? Number.NaN
      return sum
    },
  }
}

/** What any port costs: its answer is a promise. */
export function promisedMapLookups(rows: number): Lookups {
  const people = filledMap(rows)
  const get = async (key: string): Promise<Person | undefined> => people.get(key)
  return { find: (places) => sumOf(places, (at) => get(idAt(at))) }
}
