import type { RoundFigures } from '../measure/measure-round.ts'
import type { Comparison, Limit, Row } from '../measure/row.ts'
import type { Measured } from '../measure/run-row.ts'
import { type Spread, spreadOf } from '../measure/statistics.ts'
import type { ComparisonResult, LimitResult, RowResult } from './results.ts'
import { versionsOf } from './versions-of.ts'

export function toResult(row: Row, measured: Measured): RowResult {
  const comparisons = row.comparisons.map((comparison) => comparisonResult(comparison, measured))
  const limits = (row.limits ?? []).map((limit) => limitResult(limit, measured))
  const { id, work, rounds } = row
  const versions = versionsOf(row.sides.flatMap((side) => side.packages ?? []))
  const met = comparisons.every((each) => each.met !== false) && limits.every((each) => each.met)
  return { id, work, rounds, versions, comparisons, limits, met }
}

function comparisonResult(comparison: Comparison, measured: Measured): ComparisonResult {
  const { what, measure, side, to, atLeast, atMost } = comparison
  const pairs = pairsOf(measured, side, to)
  const isTime = measure === 'rate' || measure === 'cost'
  const ratio = rounded(spreadOf(pairs.map((pair) => ratioOf(pair, measure, 'wallMicros'))))
  return {
    what,
    measure,
    ratio,
    ...(isTime ? { bestRatio: digits(ratioOf(bestOf(pairs), measure, 'wallMicros')) } : {}),
    ...(isTime ? { cpuRatio: rounded(spreadOf(pairs.map((pair) => ratioOf(pair, measure, 'cpuMicros')))) } : {}),
    ...(atLeast === undefined ? {} : { atLeast, met: ratio.median >= atLeast }),
    ...(atMost === undefined ? {} : { atMost, met: ratio.median <= atMost }),
  }
}

type Pair = readonly [side: RoundFigures, to: RoundFigures]

function pairsOf(measured: Measured, side: string, to: string): Pair[] {
  const others = measured.get(to) ?? []
  return (measured.get(side) ?? []).map((round, at) => {
    const other = others[at]
    if (other === undefined) throw new Error(`${to} has fewer rounds than ${side}`)
    return [round, other]
  })
}

/** Each side's quickest round: what others do on the machine makes rounds slower, never quicker. */
function bestOf(pairs: readonly Pair[]): Pair {
  const quickest = (rounds: readonly RoundFigures[]): RoundFigures =>
    rounds.reduce((best, round) => (round.wallMicros < best.wallMicros ? round : best))
  return [quickest(pairs.map(([side]) => side)), quickest(pairs.map(([, to]) => to))]
}

function ratioOf([side, to]: Pair, measure: string, time: 'wallMicros' | 'cpuMicros'): number {
  if (measure === 'rate') return to[time] / side[time]
  if (measure === 'cost') return side[time] / to[time]
  return figureOf(side, measure) / figureOf(to, measure)
}

function limitResult({ what, side, over, figure, atMost, unit }: Limit, measured: Measured): LimitResult {
  const pairs = pairsOf(measured, side, over ?? side)
  const values = pairs.map(
    ([round, other]) => figureOf(round, figure) - (over === undefined ? 0 : figureOf(other, figure)),
  )
  const value = rounded(spreadOf(values))
  return { what, unit, atMost, value, met: value.median <= atMost }
}

function figureOf({ figures }: RoundFigures, name: string): number {
  const value = figures[name]
  if (value === undefined) throw new Error(`A round has no figure "${name}"`)
  return value
}

function rounded({ median, least, most }: Spread): Spread {
  return { median: digits(median), least: digits(least), most: digits(most) }
}

/** Three digits: the machine's noise is in the second. */
function digits(value: number): number {
  return Number(value.toPrecision(3))
}
