import type { Spread } from '../measure/statistics.ts'

/** What `results.json` holds: ratios of sides that took turns in one run, no times of one machine. */
export interface Results {
  readonly node: string
  readonly cpus: number
  readonly rows: readonly RowResult[]
}

export interface RowResult {
  readonly id: string
  readonly work: string
  readonly rounds: number
  /** Peers and drivers. */
  readonly versions: Readonly<Record<string, string>>
  readonly comparisons: readonly ComparisonResult[]
  readonly limits: readonly LimitResult[]
  /** Whether all targets of the row are met. */
  readonly met: boolean
}

export interface Target {
  readonly atLeast?: number
  readonly atMost?: number
}

export interface ComparisonResult extends Target {
  readonly what: string
  readonly measure: string
  /** Of each round's ratio. */
  readonly ratio: Spread
  /** Of both sides' quickest rounds; absent where the measure is no time. */
  readonly bestRatio?: number
  /** Each round's ratio of processor time; absent where the measure is no time. */
  readonly cpuRatio?: Spread
  /** Absent where there is no target. */
  readonly met?: boolean
}

export interface LimitResult {
  readonly what: string
  readonly unit: string
  readonly atMost: number
  readonly value: Spread
  readonly met: boolean
}
