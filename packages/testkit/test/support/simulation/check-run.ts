import { stepsOf } from './bank-state.ts'
import { checkAnswers } from './check-answers.ts'
import { checkDecisions } from './check-decisions.ts'
import { checkLog } from './check-log.ts'
import { checkReads } from './check-reads.ts'
import type { Violation } from './history.ts'
import type { Simulated } from './simulate.ts'

/** Everything that must hold of a run. */
export function checkRun(run: Simulated): readonly Violation[] {
  const steps = stepsOf(run.log)
  return [
    ...run.violations,
    ...checkLog(steps),
    ...checkAnswers(run, steps),
    ...checkDecisions(run.history, steps),
    ...checkReads(run, steps),
  ]
}
