import { MicroError } from '../errors/micro-error.ts'
import type { Call } from './call.ts'

/**
 * Calls by the signal that ends them. A signal gets one listener, for as long as it lives: a listener for each call takes a tenth
 * of what a call takes, and callers such as a portal have one signal for all calls of a connection.
 */
const callsBySignal = new WeakMap<AbortSignal, Set<Call>>()

/** Ends the call when its caller's signal says so, at once if it has; `letGo` takes that back. */
export function endWithSignal(signal: AbortSignal, call: Call): void {
  if (signal.aborted) return call.end(cancelled(call))
  let calls = callsBySignal.get(signal)
  if (calls === undefined) {
    calls = new Set()
    callsBySignal.set(signal, calls)
    signal.addEventListener('abort', endAll, { once: true })
  }
  calls.add(call)
}

export function letGo(signal: AbortSignal, call: Call): void {
  callsBySignal.get(signal)?.delete(call)
}

export function cancelled(call: Call): MicroError {
  return new MicroError('MICRO_CANCELLED', `The caller of "${call.endpoint.name}" has gone.`, { outcome: call.outcome })
}

/** One function for all signals, that holds on to nothing. */
function endAll(this: AbortSignal): void {
  for (const call of callsBySignal.get(this) ?? []) call.end(cancelled(call))
}
