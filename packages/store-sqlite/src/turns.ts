import type { Runtime } from '@micro/core'

/** Resolves after at least `ms`; keeps the process alive, because a caller waits for what comes then. */
export function sleep(runtime: Runtime, ms: number): Promise<void> {
  return new Promise((resolve) => {
    runtime.setTimer(ms, resolve, { keepAlive: true })
  })
}

/** Resolves in a later turn of the event loop, after timers and I/O that are due had theirs. */
export function nextTurn(runtime: Runtime): Promise<void> {
  return new Promise((resolve) => runtime.yieldTurn(resolve))
}
