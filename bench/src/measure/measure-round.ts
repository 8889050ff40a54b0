import type { Figures, Side } from './row.ts'

/** What one round of one side took, for each unit of its work. */
export interface RoundFigures {
  readonly wallMicros: number
  /** Processor time of the side's own process: a busy machine does not change it much. */
  readonly cpuMicros: number
  readonly figures: Figures
}

export async function measureRound(side: Side): Promise<RoundFigures> {
  await side.prepare?.()
  const cpu = process.cpuUsage()
  const begin = performance.now()
  const figures = (await side.run()) ?? {}
  const wallMs = performance.now() - begin
  const { user, system } = process.cpuUsage(cpu)
  return { wallMicros: (wallMs * 1_000) / side.units, cpuMicros: (user + system) / side.units, figures }
}
