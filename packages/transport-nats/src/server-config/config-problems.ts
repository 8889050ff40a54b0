import { MicroError, type WiringProblem } from '@micro/core'

/** Gathers every mistake, so that they are reported at once. */
export class ConfigProblems {
  readonly #problems: WiringProblem[] = []

  /**
   * @param remedy what to do about it, as an imperative sentence
   * @returns what is read of a value that is wrong: nothing
   */
  add(message: string, remedy: string): undefined {
    this.#problems.push({ message, remedy })
  }

  /** Names of options that there are not. */
  checkNames(given: object, known: readonly string[], where: string): void {
    for (const name of Object.keys(given))
      if (!known.includes(name))
        this.add(`${where} has no option ${shown(name)}`, `The options are: ${known.join(', ')}.`)
  }

  /** @throws MicroError `MICRO_WIRING` naming all of them */
  throwIfAny(): void {
    const problems = this.#problems
    if (problems.length === 0) return
    const lines = problems.map(({ message, remedy }) => `  - ${message}\n    ${remedy}`)
    const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`
    throw new MicroError('MICRO_WIRING', `The server configuration cannot be written: ${count}\n${lines.join('\n')}`, {
      details: { problems },
    })
  }
}

/** A value as a message names it. Never used for what may be a secret. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value)
  return typeof value === 'object' && value !== null
    ? 'an object'
    : typeof value === 'function'
      ? 'a function'
      : String(value)
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
