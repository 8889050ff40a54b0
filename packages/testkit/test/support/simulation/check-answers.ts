import type { Acknowledged, HistoryCall, Refused } from '../../../src/history/index.ts'
import { bankDomain } from './bank-history.ts'
import { hashOf } from './bank-sheets.ts'
import type { Step } from './bank-state.ts'
import { refOf } from './check-log.ts'
import type { Simulated } from './simulate.ts'
import type { Violation } from './violation.ts'

/** The deadline wheel turns every 10 ms, and an answer may have to wait for its turn. */
const MARGIN_MS = 20

const EXPECTED = new Set([
  'MICRO_RULE_BROKEN',
  'MICRO_FORBIDDEN',
  'MICRO_CONFLICT',
  'MICRO_TIMEOUT',
  'MICRO_CANCELLED',
  'MICRO_UNAVAILABLE',
  'MICRO_OVERLOADED',
  'MICRO_DUPLICATE',
  'MICRO_ID_REUSED',
])

/** What holds of the bank's answers besides what holds of every history. */
export function checkAnswers({ history, forgets, instances }: Simulated, steps: readonly Step[]): readonly Violation[] {
  const byRef = new Map(steps.map((step) => [refOf(step), step]))
  return history.flatMap((call) => {
    const violations: Violation[] = []
    const found = (check: string, what: string): void =>
      void violations.push({ check, what: `${what}: ${JSON.stringify(call)}` })
    if (call.answeredAtMs > call.calledAtMs + (call.timeoutMs ?? Infinity) + MARGIN_MS)
      found('no call hangs', 'answered late')
    const step = byRef.get(call.callersId)
    if (call.answer.kind === 'ok') checkAcknowledged(call, call.answer, step, byRef, found)
    else {
      if (!EXPECTED.has(call.answer.code)) found('only expected errors', call.answer.code)
      // Within an instance lanes do what conflicts do between instances.
      if (instances === 1 && call.answer.code === 'MICRO_CONFLICT')
        found('no conflict within an instance', 'told of one')
      if (step !== undefined) checkKnown(call, call.answer, step, forgets, found)
      else if (call.answer.code === 'MICRO_ID_REUSED') found('only another payload is refused', 'no log has the id')
    }
    return violations
  })
}

type Found = (check: string, what: string) => void

function checkAcknowledged(
  call: HistoryCall,
  { response }: Acknowledged,
  step: Step | undefined,
  byRef: ReadonlyMap<string, Step>,
  found: Found,
): void {
  const { token, gift } = response as { readonly token?: string | null; readonly gift?: unknown }
  if (typeof token === 'string' && hashOf(token) !== step?.events[0]?.data['tokenHash'])
    found('a token is given out only if its hash is recorded', token)
  if (call.action === 'log in' && typeof token !== 'string') found('a log-in is answered with a token', 'without one')
  if (gift !== undefined && !byRef.has(`${call.callersId}/gift`))
    found('an acknowledged command is in the log', 'no gift')
}

/** Once a command is in the log no run of it is decided anew: it would be refused because of itself. */
function checkKnown(call: HistoryCall, { code }: Refused, step: Step, forgets: boolean, found: Found): void {
  const isSame = bankDomain.mayHaveWritten?.(call, step.events) === true
  if (code === 'MICRO_ID_REUSED' && (isSame || step.position > call.headAtAnswer))
    found('only another payload is refused', 'the log has this one')
  // Whether it may be asked for is another question, and asked of every run.
  if (!forgets && isSame && step.position <= call.headAtCall && code === 'MICRO_RULE_BROKEN')
    found('a repeat is recognised', 'decided again')
}
