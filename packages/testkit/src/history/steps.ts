import { metadataOf, type Position, type RecordedEvent } from '@micro/core'
import type { HistoryDomain } from './history-domain.ts'
import { appendsOf } from '../appends-of.ts'

/** One append, and the state before and after it. */
export interface Step<State> {
  readonly events: readonly RecordedEvent[]
  /** Of its last event. */
  readonly position: Position
  /** `undefined` for a stranger's event. */
  readonly commandId: string | undefined
  readonly before: State
  readonly after: State
}

/** The log as the appends that made it, told by what its events say of themselves. */
export class Steps<State> {
  readonly all: readonly Step<State>[]
  readonly #initial: State
  readonly #byCommand = new Map<string, Step<State>>()

  constructor(log: readonly RecordedEvent[], domain: Pick<HistoryDomain<State>, 'initial' | 'apply'>) {
    this.#initial = domain.initial
    const all: Step<State>[] = []
    let before = domain.initial
    for (const events of appendsOf(log)) {
      const after = events.reduce((state, event) => domain.apply(state, event), before)
      const [first] = events
      const commandId = first === undefined ? undefined : metadataOf(first)?.commandId
      const step = { events, position: events.at(-1)?.position ?? 0, commandId, before, after }
      all.push(step)
      if (commandId !== undefined && !this.#byCommand.has(commandId)) this.#byCommand.set(commandId, step)
      before = after
    }
    this.all = all
  }

  /** The first append of a command. */
  of(commandId: string): Step<State> | undefined {
    return this.#byCommand.get(commandId)
  }

  between(from: Position, to: Position): readonly Step<State>[] {
    return this.all.filter(({ position }) => position > from && position <= to)
  }

  /** Every state that there was while the log grew from one head to the other. */
  states(from: Position, to: Position): readonly State[] {
    const atFirst = this.all.findLast(({ position }) => position <= from)
    return [atFirst === undefined ? this.#initial : atFirst.after, ...this.between(from, to).map(({ after }) => after)]
  }
}
