import { describe, expect, it } from 'vitest'
import { measureRound } from '../src/measure/measure-round.ts'
import { sameOutcomes } from '../src/measure/same-outcomes.ts'
import { ROWS } from '../src/rows/all-rows.ts'

describe.each(ROWS.map((row) => [row.id, row] as const))('%s', (_id, row) => {
  it('has sides that do the same work', async ({ skip }) => {
    const missing = await row.missing?.()
    if (missing !== undefined) skip(missing)
    const outcomes = new Map<string, string>()
    const server = await row.startServer?.()
    try {
      for (const { name, make } of row.sides) {
        const side = await make(0.001, server?.address ?? '')
        for (let round = 0; round < 2; round++) {
          const { wallMicros } = await measureRound(side)
          expect(wallMicros).toBeGreaterThan(0)
        }
        outcomes.set(name, JSON.stringify(side.outcome() ?? null))
        await side.close?.()
      }
    } finally {
      await server?.close()
    }
    sameOutcomes(row, outcomes)
  })

  it('compares sides that it has', () => {
    const names = new Set(row.sides.map(({ name }) => name))
    for (const { side, to } of row.comparisons) expect([side, to].filter((name) => !names.has(name))).toEqual([])
  })

  it('has one line for each question', () => {
    const questions = [...row.comparisons, ...(row.limits ?? [])].map(({ what }) => what)
    expect(new Set(questions).size).toBe(questions.length)
  })
})

describe('sides that came to different things', () => {
  it('end the row', () => {
    const [row] = ROWS
    const [first, second] = row?.sides ?? []
    if (row === undefined || first === undefined || second === undefined) throw new Error('no row')
    const outcomes = new Map([
      [first.name, '1'],
      [second.name, '2'],
    ])
    expect(() => sameOutcomes(row, outcomes)).toThrow(/came to/)
  })
})
