import type { WiringProblem } from '../errors/details.ts'
import { MicroError } from '../errors/micro-error.ts'

/** Gathers every mistake in what a service is made of, so that they are reported at once. */
export class WiringProblems {
  readonly #problems: WiringProblem[] = []

  /**
   * @param message what is wrong and where
   * @param remedy what to do about it, as an imperative sentence
   */
  add(message: string, remedy: string): void {
    this.#problems.push({ message, remedy })
  }

  /** @throws MicroError `MICRO_WIRING` naming all of them */
  throwIfAny(what: string): void {
    const problems = this.#problems
    if (problems.length === 0) return
    const lines = problems.map(({ message, remedy }) => `  - ${message}\n    ${remedy}`)
    const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`
    throw new MicroError('MICRO_WIRING', `${what}: ${count}\n${lines.join('\n')}`, { details: { problems } })
  }
}
