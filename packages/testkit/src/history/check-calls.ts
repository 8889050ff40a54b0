import { isDeepStrictEqual } from 'node:util'
import type { Acknowledged, Anomaly, HistoryCall, Refused } from './history-call.ts'
import type { CheckHistoryOptions } from './history-domain.ts'
import { showCall, showEvents } from './show.ts'
import type { Step, Steps } from './steps.ts'

/** Errors by which a rule says "no". */
const DECISIONS: readonly string[] = ['MICRO_RULE_BROKEN', 'MICRO_FORBIDDEN']

/** Whether what each client was told is what the log says. */
export function checkCalls<State>(options: CheckHistoryOptions<State>, steps: Steps<State>): readonly Anomaly[] {
  const runs = new Map<string, HistoryCall[]>()
  for (const call of options.calls) {
    const sofar = runs.get(call.commandId)
    if (sofar === undefined) runs.set(call.commandId, [call])
    else sofar.push(call)
  }
  const checker = new CallChecker(options, steps, runs)
  return [...options.calls.flatMap((call) => checker.check(call)), ...checker.checkWriters()]
}

class CallChecker<State> {
  readonly #options: CheckHistoryOptions<State>
  readonly #steps: Steps<State>
  readonly #runs: ReadonlyMap<string, readonly HistoryCall[]>

  constructor(
    options: CheckHistoryOptions<State>,
    steps: Steps<State>,
    runs: ReadonlyMap<string, readonly HistoryCall[]>,
  ) {
    this.#options = options
    this.#steps = steps
    this.#runs = runs
  }

  check(call: HistoryCall): readonly Anomaly[] {
    const { answer } = call
    const isView = this.#options.domain.views.includes(call.action)
    const step = isView ? undefined : this.#steps.of(call.commandId)
    if (answer.kind !== 'ok') return this.#checkRefused(call, answer, step, isView)
    return [
      ...(isView ? [] : this.#checkAcknowledged(call, answer, step)),
      ...this.#checkObserved(call, answer, step, isView),
    ]
  }

  /** Every command in the log has somebody who asked for it before and did not learn that it left nothing. */
  checkWriters(): readonly Anomaly[] {
    const { completeUntil = Infinity, domain } = this.#options
    return [...this.#runs].flatMap(([commandId, runs]) => {
      const step = this.#steps.of(commandId)
      if (step === undefined || step.position > completeUntil) return []
      const writers = runs.filter(
        (call) => call.headAtCall < step.position && domain.mayHaveWritten?.(call, step.events) !== false,
      )
      const excerpt = [...runs.map(showCall), ...showEvents(step.events)]
      if (writers.length === 0)
        return [{ check: 'an effect has a cause', what: `nobody had asked for ${commandId} by then`, excerpt }]
      if (writers.some(({ answer }) => answer.kind !== 'fail')) return []
      return [{ check: 'what failed left nothing', what: `every run says so, and ${commandId} was done`, excerpt }]
    })
  }

  #checkAcknowledged(call: HistoryCall, answer: Acknowledged, step: Step<State> | undefined): readonly Anomaly[] {
    const { domain } = this.#options
    const told = domain.eventIds?.(call, answer)
    if (step === undefined || step.position > call.headAtAnswer || told?.length === 0) {
      if (told !== undefined && told.length > 0)
        return [this.#found('an acknowledged command is in the log', 'it is not there', call, step)]
      const mayDoNothing = this.#states(call).some((state) => domain.mayDoNothing?.(call, state) === true)
      const check =
        told === undefined ? 'an acknowledged command is in the log' : 'nothing to do was true at some moment'
      return mayDoNothing ? [] : [this.#found(check, 'there was something to do, and it is not there', call, step)]
    }
    const anomalies: Anomaly[] = []
    const ids = step.events.map(({ id }) => id)
    if (told !== undefined && !isDeepStrictEqual(told, ids))
      anomalies.push(this.#found('an answer tells the events of the log', `they are ${String(ids)}`, call, step))
    if (answer.position < step.position)
      anomalies.push(this.#found('a reply names the position of its events', `it is ${step.position}`, call, step))
    if (domain.mayHaveWritten?.(call, step.events) === false)
      anomalies.push(this.#found('another payload is refused', 'the log has another one', call, step))
    return anomalies
  }

  #checkRefused(
    call: HistoryCall,
    refusal: Refused,
    step: Step<State> | undefined,
    isView: boolean,
  ): readonly Anomaly[] {
    const anomalies: Anomaly[] = []
    const isThere = step !== undefined && step.position <= call.headAtAnswer
    if (isView && refusal.outcome !== 'none' && refusal.outcome !== 'unknown')
      anomalies.push(this.#found('an outcome is true', 'a view leaves nothing', call, step))
    if (!isView && refusal.outcome === 'done' && !isThere)
      anomalies.push(this.#found('an outcome is true', 'it was not done', call, step))
    if (
      DECISIONS.includes(refusal.code) &&
      !this.#states(call).some((state) => this.#options.domain.mayRefuse(call, refusal, state))
    )
      anomalies.push(this.#found('a refusal was true at some moment', refusal.message, call, step))
    return anomalies
  }

  #checkObserved(
    call: HistoryCall,
    answer: Acknowledged,
    step: Step<State> | undefined,
    isView: boolean,
  ): readonly Anomaly[] {
    const from = oldestAllowed(call, answer, step, isView)
    const states = this.#steps.states(from, call.headAtAnswer)
    return (this.#options.domain.observations?.(call, answer) ?? [])
      .filter(({ value, read }) => !states.some((state) => isDeepStrictEqual(read(state), value)))
      .map(({ what, value }) => {
        const problem = `${what} was not ${JSON.stringify(value)} from ${from} on`
        return this.#found('an answer shows what was there', problem, call, step)
      })
  }

  #states({ headAtCall, headAtAnswer }: HistoryCall): readonly State[] {
    return this.#steps.states(headAtCall, headAtAnswer)
  }

  #found(check: string, what: string, call: HistoryCall, step: Step<State> | undefined): Anomaly {
    const runs = this.#runs.get(call.commandId) ?? [call]
    const passed = this.#steps.between(call.headAtCall, call.headAtAnswer)
    const around = [...passed.filter((other) => other !== step), ...(step === undefined ? [] : [step])]
    const events = around.flatMap((shown) => shown.events)
    return {
      check,
      what: `${call.client}, ${call.action}: ${what}`,
      excerpt: [...runs.map(showCall), ...showEvents(events)],
    }
  }
}

/** A view is not older than its caller had met, nor than it says itself; a command's answer reflects its own events. */
function oldestAllowed(
  { met, hasOwnContext }: HistoryCall,
  { position, repeated }: Acknowledged,
  step: Step<unknown> | undefined,
  isView: boolean,
): number {
  if (isView) return hasOwnContext ? position : met
  const own = step?.position ?? 0
  // A repeat may get the answer that was kept of the first run.
  return repeated ? own : Math.max(met, own)
}
