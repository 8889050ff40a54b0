import { AssertionError } from 'node:assert'
import { checkCalls } from './check-calls.ts'
import { checkLogOrder } from './check-log-order.ts'
import type { Anomaly } from './history-call.ts'
import type { CheckHistoryOptions } from './history-domain.ts'
import { Steps } from './steps.ts'

/**
 * Everything that no order of events explains:
 *
 * - the log's positions and revisions are in order, each append whole, and each command in it once;
 * - every acknowledged command is there by the time of its answer; what failed left nothing; what is unknown is there at most
 *   once; nothing was there before it was asked for;
 * - a rule's "no", and an answer without events, was right at some moment between call and answer;
 * - what answers show is what the log makes of it, at a moment not before what their caller had met.
 */
export function checkHistory<State>(options: CheckHistoryOptions<State>): readonly Anomaly[] {
  const steps = new Steps(options.log, options.domain)
  return [...checkLogOrder(options.log, steps.all), ...checkCalls(options, steps)]
}

/** @throws AssertionError that tells each anomaly with the calls and events that show it, and the seed */
export function assertHistory<State>(
  options: CheckHistoryOptions<State> & { readonly seed?: number | undefined },
): void {
  const anomalies = checkHistory(options)
  if (anomalies.length === 0) return
  const message = `${anomalies.length} anomalies in ${options.calls.length} calls, seed ${options.seed ?? 'unknown'}:`
  throw new AssertionError({
    message: [message, ...anomalies.map(showAnomaly)].join('\n'),
    actual: anomalies.length,
    expected: 0,
    operator: 'assertHistory',
  })
}

function showAnomaly({ check, what, excerpt }: Anomaly): string {
  return [`- not so: ${check}. ${what}`, ...excerpt.map((line) => `    ${line}`)].join('\n')
}
