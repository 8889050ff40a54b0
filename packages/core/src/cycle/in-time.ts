import type { MicroError } from '../errors/micro-error.ts'
import type { Runtime, Timer } from '../ports/runtime.ts'

/**
 * What the promise gives, if it gives it within `ms`: whoever promised may never answer.
 *
 * @throws MicroError what `late` makes
 */
export function inTime<T>(runtime: Runtime, ms: number, promise: Promise<T>, late: () => MicroError): Promise<T> {
  let timer: Timer
  const patience = new Promise<never>((_, reject) => {
    timer = runtime.setTimer(ms, () => reject(late()), { keepAlive: true })
  })
  return Promise.race([promise, patience]).finally(() => timer.cancel())
}
