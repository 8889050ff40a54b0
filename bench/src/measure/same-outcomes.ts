import type { Row } from './row.ts'

/** @throws Error when sides that are to do the same work came to different things: then their times say nothing */
export function sameOutcomes(row: Row, outcomes: ReadonlyMap<string, string>): void {
  const byWork = new Map<string, { readonly name: string; readonly outcome: string }>()
  for (const { name, work } of row.sides) {
    const outcome = outcomes.get(name)
    if (work === undefined || outcome === undefined) continue
    const other = byWork.get(work)
    if (other === undefined) byWork.set(work, { name, outcome })
    else if (other.outcome !== outcome)
      throw new Error(`${row.id}: ${name} came to ${outcome}, but ${other.name} to ${other.outcome}`)
  }
}
