import { type MicroError, withErrorOptions } from '../errors/micro-error.ts'
import { isPromise, type MaybePromise } from '../values/maybe-promise.ts'
import type { Call } from './call.ts'
import { cancelled, endWithSignal, letGo } from './callers-signals.ts'
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
 * @param finish makes the answer of what the work came to; what it throws is the work's failure
 * @param explain makes of what the work failed with the error that the caller gets
 * @throws what `explain` made of it, at once where `work` threw at once
 */
export function runBounded<T>(
  carrier: CallCarrier,
  call: Call,
  endings: Endings,
  work: () => MaybePromise<unknown>,
  finish: (made: unknown) => T,
  explain: (thrown: unknown, call: Call) => MicroError,
): T | Promise<T> {
  const { slots } = carrier
  let ownsSlot = false
  let answer: T
  try {
    if (endings.parent === undefined) {
      slots.take()
      ownsSlot = true
    }
    if (endings.signal?.aborted === true) throw cancelled(call)
    const made = work()
    if (isPromise(made)) return answerInTime(carrier, call, endings, made, finish, explain)
    answer = finish(made)
  } catch (error) {
    if (ownsSlot) slots.free()
    throw explain(error, call)
  }
  if (ownsSlot) slots.free()
  return answer
}

function answerInTime<T>(
  { slots, deadlines }: CallCarrier,
  call: Call,
  { parent, signal }: Endings,
  making: PromiseLike<unknown>,
  finish: (made: unknown) => T,
  explain: (thrown: unknown, call: Call) => MicroError,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const leaveParent = parent && endWithParent(call, parent)
    if (signal !== undefined) endWithSignal(signal, call)
    const release = (): void => {
      leaveParent?.()
      if (signal !== undefined) letGo(signal, call)
      call.offOver(cutShort)
      deadlines.remove(call)
      if (parent === undefined) slots.free()
    }
    const cutShort = (error: MicroError): void => {
      release()
      reject(explain(error, call))
    }
    deadlines.add(call)
    call.onOver(cutShort)
    const fail = (error: unknown): void => {
      if (call.isOver) return
      release()
      reject(explain(error, call))
    }
    making.then((made) => {
      if (call.isOver) return
      let answer: T
      try {
        answer = finish(made)
      } catch (error) {
        return fail(error)
      }
      release()
      resolve(answer)
    }, fail)
  })
}

/** Ends a call with its parent; the returned function lets go of it. */
function endWithParent(call: Call, parent: Call): () => void {
  const end = (error: MicroError): void => call.end(withErrorOptions(error, { outcome: call.outcome }))
  parent.onOver(end)
  return () => parent.offOver(end)
}
