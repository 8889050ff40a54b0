import type { MicroError } from '../errors/micro-error.ts'
import type { Timer } from '../ports/runtime.ts'

/** What may end a wait before the work does. */
export interface WaitLimits {
  /** Starts the timer of a time-out. @default none */
  readonly expire?: (callback: (error: MicroError) => void) => Timer
  readonly signal?: AbortSignal | undefined
  /** Whoever closes the transport calls these. */
  readonly onClosed: Set<(error: MicroError) => void>
}

/** Ends with the work or with the first limit, and leaves no timer and no listener behind. The work itself goes on. */
export function settle<Result>(work: Promise<Result>, limits: WaitLimits): Promise<Result> {
  const { expire, signal, onClosed } = limits
  return new Promise((resolve, reject) => {
    const end = (): void => {
      timer?.cancel()
      signal?.removeEventListener('abort', onAbort)
      onClosed.delete(fail)
    }
    const fail = (reason: unknown): void => {
      end()
      reject(reason as Error)
    }
    const onAbort = (): void => fail(signal?.reason)
    const timer = expire?.(fail)
    signal?.addEventListener('abort', onAbort, { once: true })
    onClosed.add(fail)
    work.then((result) => {
      end()
      resolve(result)
    }, fail)
  })
}
