import type { RoundFigures } from './measure-round.ts'
import { sameOutcomes } from './same-outcomes.ts'
import { SideHost } from './side-host.ts'
import type { Row } from './row.ts'

/** By side: its rounds in their order. */
export type Measured = ReadonlyMap<string, readonly RoundFigures[]>

export interface RunRowOptions {
  readonly scale: number
  /** Told after each round. */
  readonly onRound: (done: number, all: number) => void
}

/**
 * Runs all sides of a row, each in its own process: one round of each in turn, every round beginning with another side, so
 * that what the machine does meanwhile falls on all of them.
 */
export async function runRow(row: Row, { scale, onRound }: RunRowOptions): Promise<Measured> {
  const server = await row.startServer?.()
  const hosts = new Map<string, SideHost>()
  try {
    // One after another: what preparing takes is nobody's measured time.
    for (const { name } of row.sides) {
      const host = new SideHost(row.id, name, scale, server?.address ?? '')
      hosts.set(name, host)
      await host.ready()
    }
    const measured = await takeTurns(row, hosts, onRound)
    for (const host of hosts.values()) await host.close()
    return measured
  } finally {
    for (const host of hosts.values()) host.kill()
    await server?.close()
  }
}

async function takeTurns(
  row: Row,
  hosts: ReadonlyMap<string, SideHost>,
  onRound: RunRowOptions['onRound'],
): Promise<Measured> {
  const measured = new Map<string, RoundFigures[]>(row.sides.map(({ name }) => [name, []]))
  const rounds = row.warmUps + row.rounds
  for (let at = 0; at < rounds; at++) {
    const first = at % row.sides.length
    const outcomes = new Map<string, string>()
    for (const { name } of [...row.sides.slice(first), ...row.sides.slice(0, first)]) {
      const host = hosts.get(name)
      if (host === undefined) throw new Error(`${name} has no process`)
      const { round, outcome } = await host.round()
      outcomes.set(name, outcome)
      if (at >= row.warmUps) measured.get(name)?.push(round)
    }
    sameOutcomes(row, outcomes)
    onRound(at + 1, rounds)
  }
  return measured
}
