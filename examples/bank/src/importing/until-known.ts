import { Backoff, isMicroError, type Runtime } from '@micro/core'

const MOST_TRIES = 12

/**
 * Does something that may be done again, until its outcome is known: after a time-out, an overload or a lost answer the
 * same once more, in growing pauses. After about a minute the last error stands.
 */
export async function untilKnown<Result>(runtime: Runtime, action: () => Promise<Result>): Promise<Result> {
  const backoff = new Backoff(runtime, { firstMs: 20, mostMs: 15_000 })
  for (let tries = 1; ; tries++) {
    try {
      return await action()
    } catch (error) {
      const isOpen = isMicroError(error) && (error.retryable || error.outcome === 'unknown')
      if (!isOpen || tries >= MOST_TRIES) throw error
    }
    await backoff.wait()
  }
}
