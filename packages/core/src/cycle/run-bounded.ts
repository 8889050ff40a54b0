import { MicroError, withErrorOptions } from '../errors/micro-error.ts'
import { isPromise, type MaybePromise } from '../values/maybe-promise.ts'
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
 * parent has gone, or when the service stops. The slot is free again with the answer. What answers at once needs none of
 * that: no promise, no deadline, nobody to tell.
 *
 * @param explain makes of what the work failed with the error that the caller gets
 * @throws what `explain` made of it, at once where `work` threw at once
 */
export function runBounded<T>(
  carrier: CallCarrier,
  call: Call,
  endings: Endings,
  work: () => MaybePromise<T>,
  explain: (thrown: unknown, call: Call) => MicroError,
): T | Promise<T> {
  const { slots } = carrier
  let ownsSlot = false
  let answer: MaybePromise<T>
  try {
    if (endings.parent === undefined) {
      slots.take()
      ownsSlot = true
    }
    if (endings.signal?.aborted === true) throw cancelled(call)
    answer = work()
  } catch (error) {
    if (ownsSlot) slots.free()
    throw explain(error, call)
  }
  if (isPromise(answer)) return answerInTime(carrier, call, endings, answer, explain)
  if (ownsSlot) slots.free()
  return answer
}

function answerInTime<T>(
  { slots, deadlines }: CallCarrier,
  call: Call,
  { parent, signal }: Endings,
  answer: PromiseLike<T>,
  explain: (thrown: unknown, call: Call) => MicroError,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const unlink = parent === undefined && signal === undefined ? undefined : endWith(call, { parent, signal })
    const finish = (): void => {
      unlink?.()
      call.offOver(cutShort)
      deadlines.remove(call)
      if (parent === undefined) slots.free()
    }
    const cutShort = (error: MicroError): void => {
      finish()
      reject(explain(error, call))
    }
    deadlines.add(call)
    call.onOver(cutShort)
    answer.then(
      (value) => {
        if (call.isOver) return
        finish()
        resolve(value)
      },
      (error: unknown) => {
        if (call.isOver) return
        finish()
        reject(explain(error, call))
      },
    )
  })
}

/** Ends a call with its parent and with its caller; the returned function lets go of both. */
function endWith(call: Call, { parent, signal }: Endings): () => void {
  const endWithParent = (error: MicroError): void => call.end(withErrorOptions(error, { outcome: call.outcome }))
  const cancel = (): void => call.end(cancelled(call))
  parent?.onOver(endWithParent)
  if (signal?.aborted === true) cancel()
  else signal?.addEventListener('abort', cancel)
  return () => {
    parent?.offOver(endWithParent)
    signal?.removeEventListener('abort', cancel)
  }
}

function cancelled(call: Call): MicroError {
  return new MicroError('MICRO_CANCELLED', `The caller of "${call.endpoint.name}" has gone.`, { outcome: call.outcome })
}
