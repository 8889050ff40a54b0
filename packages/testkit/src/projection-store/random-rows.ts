import type { JsonObject, JsonValue, Query } from '@micro/core'
import type { SeededRandom } from '../conformance/seeded-random.ts'

const SCALARS: readonly JsonValue[] = [null, true, 0, 1, 1.5, '', '1', 'x', 'X', '\uffff', '\u{10000}']
const PATHS = ['a', 'b', 'c', 'a.b', 'a.0', 'id']

/** A row over few names and few values, so that random queries find some. */
export function randomRow(random: SeededRandom): JsonObject {
  const row: Record<string, JsonValue> = {}
  for (const name of ['a', 'b', 'c']) if (random.next() < 0.8) row[name] = randomValue(random, 2)
  return row
}

export function randomQuery(random: SeededRandom, depth = 2): Query {
  const query: Record<string, unknown> = {}
  for (let count = random.pick([1, 1, 1, 2, 3]); count > 0; count--)
    query[random.pick(PATHS)] = randomCondition(random, depth)
  if (depth > 0 && random.next() < 0.2) {
    query[random.pick(['$and', '$or'])] = [randomQuery(random, depth - 1), randomQuery(random, depth - 1)]
  }
  return query
}

function randomValue(random: SeededRandom, depth: number): JsonValue {
  const kind = depth === 0 ? 0 : random.next()
  if (kind < 0.6) return random.pick(SCALARS)
  if (kind < 0.8) return Array.from({ length: random.integer(0, 3) }, () => randomValue(random, depth - 1))
  return random.next() < 0.2 ? {} : { b: randomValue(random, depth - 1) }
}

function randomCondition(random: SeededRandom, depth: number): unknown {
  const value = randomValue(random, 1)
  switch (random.integer(0, depth > 0 ? 8 : 6)) {
    case 0:
    case 1:
      return random.pick(SCALARS)
    case 2:
      return { [random.pick(['$eq', '$ne'])]: value }
    case 3:
      return { [random.pick(['$in', '$nin'])]: [value, random.pick(SCALARS), random.pick(SCALARS)] }
    case 4:
      return { [random.pick(['$gt', '$gte'])]: value }
    case 5:
      return {
        [random.pick(['$gt', '$gte'])]: random.pick(SCALARS),
        [random.pick(['$lt', '$lte'])]: random.pick(SCALARS),
      }
    case 6:
      return random.pick([{ $exists: true }, { $exists: false }, { $regex: '^x' }, { $regex: 'X', $options: 'i' }])
    case 7:
      return { $not: { [random.pick(['$gt', '$in', '$eq'])]: [value] } }
    default:
      return { $elemMatch: random.pick([{ $gt: 0 }, { b: value }, { $in: [value, 1] }]) }
  }
}
