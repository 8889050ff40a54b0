import type { LineOutcome } from './ledger.ts'

/** What an import comes to: told at its end and in the order of the lines, so that a repeat tells the same. */
export class Report {
  readonly #rejected: { readonly line: number; readonly reason: string }[] = []
  #accepted = 0

  add(line: number, outcome: LineOutcome): void {
    if (outcome.isAccepted) this.#accepted++
    else this.#rejected.push({ line, reason: outcome.reason })
  }

  get rejectedLines(): readonly number[] {
    return this.#rejected.map(({ line }) => line).sort((a, b) => a - b)
  }

  text(): string {
    const rejected = this.#rejected.toSorted((a, b) => a.line - b.line)
    return [
      ...rejected.map(({ line, reason }) => `line ${line} rejected: ${reason}`),
      `${this.#accepted} accepted, ${rejected.length} rejected.`,
    ].join('\n')
  }
}
