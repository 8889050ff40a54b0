import { checkHistory } from '../../../src/history/index.ts'
import { bankDomain } from './bank-history.ts'
import { stepsOf } from './bank-state.ts'
import { checkAnswers } from './check-answers.ts'
import { checkLog } from './check-log.ts'
import { checkModels } from './check-models.ts'
import type { Simulated } from './simulate.ts'
import type { Violation } from './violation.ts'

/** Everything that must hold of a run. */
export function checkRun(run: Simulated): readonly Violation[] {
  const steps = stepsOf(run.log)
  const { history: calls, log, headWhenHealed: completeUntil } = run
  return [
    ...run.violations,
    ...checkHistory({ calls, log, domain: bankDomain, completeUntil }),
    ...checkLog(steps),
    ...checkAnswers(run, steps),
    ...checkModels(run, steps),
  ]
}
