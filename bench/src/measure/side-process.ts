// The process of one side. It waits for its parent to ask for a round, so that sides take turns and never run at once.
import { rowById } from '../rows/all-rows.ts'
import { measureRound, type RoundFigures } from './measure-round.ts'
import type { Side } from './row.ts'

/** What the parent is told. */
export type SideReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'round'; readonly round: RoundFigures; readonly outcome: string }
  | { readonly kind: 'failed'; readonly problem: string }

export type SideRequest = 'round' | 'close'

function report(message: SideReport): void {
  process.send?.(message)
}

async function answer(side: Side, request: SideRequest): Promise<void> {
  if (request === 'round') {
    const round = await measureRound(side)
    report({ kind: 'round', round, outcome: JSON.stringify(side.outcome() ?? null) })
    return
  }
  await side.close?.()
  process.exit(0)
}

function fail(error: unknown): void {
  report({ kind: 'failed', problem: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}

const [id = '', name = '', scale = '1', server = ''] = process.argv.slice(2)
try {
  const definition = rowById(id).sides.find((side) => side.name === name)
  if (definition === undefined) throw new Error(`${id} has no side "${name}"`)
  const side = await definition.make(Number(scale), server)
  process.on('message', (request: SideRequest) => void answer(side, request).catch(fail))
  report({ kind: 'ready' })
} catch (error) {
  fail(error)
}
