import { AssertionError } from 'node:assert/strict'

/** What a scenario found wrong with the sheets, whatever its events and answers are. Each finding once. */
export class Findings {
  readonly #sentences = new Set<string>()

  /** @param sentence what is wrong and where, then the remedy */
  add(sentence: string): void {
    this.#sentences.add(sentence)
  }

  /** @throws AssertionError with all of them */
  assertNone(scenario: string): void {
    if (this.#sentences.size === 0) return
    const list = Array.from(this.#sentences, (sentence) => `  - ${sentence}`).join('\n')
    throw new AssertionError({ message: `${scenario}: the sheets break what they promise\n${list}` })
  }
}
