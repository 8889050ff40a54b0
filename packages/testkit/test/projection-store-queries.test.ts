import { compileQuery } from '@micro/core'
import { describe, expect, it } from 'vitest'
import { QUERY_CASES } from '../src/projection-store/index.ts'

describe('compileQuery', () => {
  it.each(QUERY_CASES.map((queryCase) => [queryCase.says, queryCase] as const))('%s', (_, { query, finds, leaves }) => {
    const { matches } = compileQuery(query)
    for (const row of finds) expect(matches(row), `finds ${JSON.stringify(row)}`).toBe(true)
    for (const row of leaves) expect(matches(row), `leaves ${JSON.stringify(row)}`).toBe(false)
  })

  it('has a case for every operator, and no case twice', () => {
    const text = JSON.stringify(QUERY_CASES.map(({ query }) => query))
    const operators = '$eq $ne $gt $gte $lt $lte $in $nin $exists $regex $options $and $or $not $elemMatch'
    for (const operator of operators.split(' ')) expect(text).toContain(`"${operator}":`)
    expect(new Set(QUERY_CASES.map(({ says }) => says)).size).toBe(QUERY_CASES.length)
  })
})
