import Loki from 'lokijs'
import type { Lookups } from './lookup-side.ts'
import { idAt, ownerAt, type Person, personAt } from './people.ts'

export function lokiLookups(by: 'key' | 'index', rows: number): Lookups {
  const people = new Loki('bench.db').addCollection<Person>('people', { unique: ['id'], indices: ['owner'] })
  people.insert(Array.from({ length: rows }, (_, at) => personAt(at)))
  const find =
    by === 'key'
      ? (at: number) => people.by('id', idAt(at)) as Person | undefined
      : (at: number) => people.find({ owner: ownerAt(at) })[0]
  return {
    find: async (places) => {
      let sum = 0
      for (const at of places) sum += find(at)?.balance ?? Number.NaN
      return sum
    },
  }
}
