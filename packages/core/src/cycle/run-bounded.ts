import { MicroError, withErrorOptions } from '../errors/micro-error.ts'
import type { Call } from './call.ts'
import type { CallCarrier } from './instance.ts'

/** Who else may end a call. */
export interface Endings {
  /** A nested call ends with its parent, and uses its parent's slot. */
  readonly parent: Call | undefined
  /** The caller's own. */
  readonly signal: AbortSignal | undefined
}

/**
 * Runs a call's work so that its caller is answered in time whatever the work does: at its deadline, when its caller or its
 * parent has gone, or when the service stops. The slot is free again with the answer.
 */
export function runBounded<T>(
  { slots, deadlines, calls }: CallCarrier,
  call: Call,
  { parent, signal }: Endings,
  work: () => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (parent === undefined) slots.take()
    const endWithParent = (error: MicroError): void => call.end(withErrorOptions(error, { outcome: call.outcome }))
    const cancel = (): void => call.end(cancelled(call))
    const finish = (): void => {
      parent?.offOver(endWithParent)
      signal?.removeEventListener('abort', cancel)
      call.offOver(cutShort)
      deadlines.remove(call)
      calls.delete(call)
      if (parent === undefined) slots.free()
    }
    const cutShort = (error: MicroError): void => {
      finish()
      reject(error)
    }
    const unlessOver =
      <Value>(settle: (value: Value) => void) =>
      (value: Value) => {
        if (call.isOver) return
        finish()
        settle(value)
      }
    calls.add(call)
    deadlines.add(call)
    call.onOver(cutShort)
    parent?.onOver(endWithParent)
    if (signal?.aborted === true) cancel()
    else signal?.addEventListener('abort', cancel)
    if (!call.isOver) work().then(unlessOver(resolve), unlessOver(reject))
  })
}

function cancelled(call: Call): MicroError {
  return new MicroError('MICRO_CANCELLED', `The caller of "${call.endpoint.name}" has gone.`, { outcome: call.outcome })
}
