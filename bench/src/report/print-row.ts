import type { RowResult } from './results.ts'

export function printRow({ id, work, comparisons, limits }: RowResult): void {
  console.log(`${id}: ${work}`)
  console.table([
    ...comparisons.map(({ what, measure, ratio, bestRatio, cpuRatio, atLeast, atMost, met }) => ({
      what,
      measure,
      target: atLeast ?? atMost,
      ...ratio,
      best: bestRatio,
      cpu: cpuRatio?.median,
      met,
    })),
    ...limits.map(({ what, unit, atMost, value, met }) => ({ what, measure: unit, target: atMost, ...value, met })),
  ])
}
