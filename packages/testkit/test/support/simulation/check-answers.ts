import { isDeepStrictEqual } from 'node:util'
import type { Payload } from './bank-decisions.ts'
import { hashOf } from './bank-sheets.ts'
import type { Step } from './bank-state.ts'
import { payloadOf, refOf } from './check-log.ts'
import type { Answered, CallRecord, Refused, Violation } from './history.ts'
import type { Simulated } from './simulate.ts'

/** The deadline wheel turns every 10 ms, and an answer may have to wait for its turn. */
const MARGIN_MS = 20

const EXPECTED = new Set([
  'MICRO_RULE_BROKEN',
  'MICRO_FORBIDDEN',
  'MICRO_CONFLICT',
  'MICRO_TIMEOUT',
  'MICRO_UNAVAILABLE',
  'MICRO_OVERLOADED',
  'MICRO_DUPLICATE',
  'MICRO_ID_REUSED',
])

/** Whether what clients were told is what the log says. */
export function checkAnswers(
  { history, forgets, headWhenHealed, instances }: Simulated,
  steps: readonly Step[],
): readonly Violation[] {
  const byRef = new Map(steps.map((step) => [refOf(step), step]))
  const runs = new Map<string, CallRecord[]>()
  for (const call of history) runs.set(call.ref, [...(runs.get(call.ref) ?? []), call])
  return history.flatMap((call) => {
    const violations: Violation[] = []
    const found = (check: string, what: string): void =>
      void violations.push({ check, what: `${what}: ${JSON.stringify(call)}` })
    if (call.answeredAtMs > call.calledAtMs + call.timeoutMs + MARGIN_MS) found('no call hangs', 'answered late')
    const step = byRef.get(call.ref)
    if (call.answer.kind === 'answered') checkAnswered(call, call.answer, step, byRef, found)
    else {
      checkRefused(call, call.answer, step, found)
      // Within an instance lanes do what conflicts do between instances.
      if (instances === 1 && call.answer.code === 'MICRO_CONFLICT')
        found('no conflict within an instance', 'told of one')
      const others = runs.get(call.ref) ?? []
      if (step !== undefined && step.position <= headWhenHealed && call.answer.outcome === 'none')
        checkSomebodyElseDidIt(others, step, found)
      if (step !== undefined && !forgets) checkKnown(call, call.answer, step, found)
    }
    return violations
  })
}

type Found = (check: string, what: string) => void

function checkAnswered(
  call: CallRecord,
  { response, position, repeated }: Answered,
  step: Step | undefined,
  byRef: ReadonlyMap<string, Step>,
  found: Found,
): void {
  if (call.action === 'account' || call.action === 'everything') return
  const told = response as {
    readonly ids: readonly string[]
    readonly token?: string | null
    readonly gift?: { readonly ids: readonly string[] }
  }
  if (told.ids.length === 0) {
    if (call.action !== 'set limit') found('an acknowledged command is in the log', 'no events')
    return
  }
  if (step === undefined || step.position > call.headAtAnswer)
    return found('an acknowledged command is in the log', 'not there')
  if (String(told.ids) !== String(step.events.map(({ id }) => id)))
    found('a repeat answers the same events', `the log has ${String(step.events.map(({ id }) => id))}`)
  if (position < step.position) found('a reply names the position of its events', `they are at ${step.position}`)
  if (!isDoneBy(call.payload, step)) found('another payload is refused', `the log has ${JSON.stringify(step.events)}`)
  if (repeated && step.position > call.headAtAnswer) found('a repeat answers the same events', 'before they were there')
  const { token, gift } = told
  if (typeof token === 'string' && hashOf(token) !== step.events[0]?.data['tokenHash'])
    found('a token is given out only if its hash is recorded', token)
  if (call.action === 'log in' && typeof token !== 'string') found('a log-in is answered with a token', 'without one')
  if (gift !== undefined && !byRef.has(`${call.ref}/gift`)) found('an acknowledged command is in the log', 'no gift')
}

function checkRefused(call: CallRecord, { code, outcome }: Refused, step: Step | undefined, found: Found): void {
  if (!EXPECTED.has(code)) found('only expected errors', code)
  if (call.action === 'account' || call.action === 'everything') {
    if (outcome !== 'none') found('an outcome is true', 'a view writes nothing')
    return
  }
  const isThere = step !== undefined && step.position <= call.headAtAnswer
  if (outcome === 'done' && !isThere) found('an outcome is true', 'not in the log')
  if (code === 'MICRO_ID_REUSED' && (!isThere || isDoneBy(call.payload, step)))
    found('only another payload is refused', 'the log has this one')
}

/** A run that says that it left nothing leaves it to another run of the same id to have written what the log has. */
function checkSomebodyElseDidIt(runs: readonly CallRecord[], step: Step, found: Found): void {
  const writers = runs.filter(({ payload, headAtCall }) => headAtCall < step.position && isDoneBy(payload, step))
  if (!writers.some(({ answer }) => answer.kind === 'answered' || answer.outcome !== 'none'))
    found('an outcome is true', `every run says none, and the log has it at ${step.position}`)
}

/** Once a command is in the log no run of it is decided anew: it would be refused because of itself. */
function checkKnown({ payload, headAtCall }: CallRecord, { code }: Refused, step: Step, found: Found): void {
  if (step.position > headAtCall || !isDoneBy(payload, step)) return
  // Whether it may be asked for is another question, and asked of every run.
  if (code === 'MICRO_RULE_BROKEN') found('a repeat is recognised', 'decided again')
}

function isDoneBy(payload: Payload, step: Step): boolean {
  return isDeepStrictEqual(payload, payloadOf(step))
}
