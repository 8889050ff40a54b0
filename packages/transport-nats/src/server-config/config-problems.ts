import { shown, WiringProblems } from '@micro/core'

/** Gathers every mistake, so that they are reported at once. */
export class ConfigProblems extends WiringProblems {
  /** @returns what is read of a value that is wrong: nothing */
  override add(message: string, remedy: string): undefined {
    super.add(message, remedy)
  }

  /** Names of options that there are not. */
  checkNames(given: object, known: readonly string[], where: string): void {
    for (const name of Object.keys(given))
      if (!known.includes(name))
        this.add(`${where} has no option ${shown(name)}`, `The options are: ${known.join(', ')}.`)
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
