import { type Action, isNothingToDo, objection, type Payload } from './bank-decisions.ts'
import { BankState, type Step } from './bank-state.ts'
import type { CallRecord, Violation } from './history.ts'

/** Whether every "no", and every decision that there is nothing to do, was true of the log at some moment of its call. */
export function checkDecisions(history: readonly CallRecord[], steps: readonly Step[]): readonly Violation[] {
  const violations: Violation[] = []
  for (const call of history) {
    const { action, payload, answer } = call
    if (action === 'account' || action === 'everything') continue
    const states = (): readonly BankState[] => statesBetween(steps, call.headAtCall, call.headAtAnswer)
    if (answer.kind === 'refused') {
      if (answer.code !== 'MICRO_RULE_BROKEN' && answer.code !== 'MICRO_FORBIDDEN') continue
      if (!states().some((state) => objection(action, payload, state) === answer.message))
        violations.push({ check: 'a refusal was true at some moment', what: JSON.stringify(call) })
    } else if (hasNoEvents(answer.response) && !states().some((state) => mayDoNothing(action, payload, state)))
      violations.push({ check: 'nothing to do was true at some moment', what: JSON.stringify(call) })
  }
  return violations
}

/** Every state that the bank was in while the log grew from one head to the other. */
export function statesBetween(steps: readonly Step[], from: number, to: number): readonly BankState[] {
  const passed = steps.filter(({ position }) => position > from && position <= to)
  const atFirst = steps.findLast(({ position }) => position <= from)?.after ?? new BankState()
  return [atFirst, ...passed.map(({ after }) => after)]
}

function hasNoEvents(response: unknown): boolean {
  return typeof response === 'object' && response !== null && 'ids' in response && String(response.ids) === ''
}

function mayDoNothing(action: Action, payload: Payload, state: BankState): boolean {
  return objection(action, payload, state) === undefined && isNothingToDo(action, payload, state)
}
