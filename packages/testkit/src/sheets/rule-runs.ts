import type { ModelDefinition, RowKey, RuleDefinition } from '@micro/core'

/** A row that a rule read, with the streams it was made of at that moment. */
export interface ReadRow {
  readonly key: RowKey
  readonly sources: ReadonlySet<string>
}

/** One read of a model that the rule decides on. */
export interface RuleRead {
  readonly model: ModelDefinition
  /** For messages: `account "a"`. */
  readonly what: string
  readonly rows: readonly ReadRow[]
  /** Whether the same read finds something now. */
  readonly findsSomething: () => Promise<boolean>
}

/** What one command's rule named and read, over all its attempts. */
export interface RuleRun {
  readonly rule: RuleDefinition
  readonly commandId: string
  /** As the rule names them; empty until it was asked. */
  named: readonly string[]
  readonly reads: RuleRead[]
}

/** The runs of a scenario, by command: a rule's `respond` may call further commands. */
export class RuleRuns {
  readonly #byCommand = new Map<string, RuleRun>()

  get all(): readonly RuleRun[] {
    return [...this.#byCommand.values()]
  }

  of(rule: RuleDefinition, commandId: string): RuleRun {
    let run = this.#byCommand.get(commandId)
    if (run === undefined) this.#byCommand.set(commandId, (run = { rule, commandId, named: [], reads: [] }))
    return run
  }
}
