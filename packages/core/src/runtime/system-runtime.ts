import { randomFillSync } from 'node:crypto'
import { createUuidV7 } from '../ids/uuid-v7.ts'
import type { Runtime, Timer } from '../ports/runtime.ts'

/** Node's timers hold 31 bits; a longer one fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * The real clock, timers and randomness of the process. Ids take their random bits from the system's generator, a few
 * thousand at a time; `random()` is `Math.random`.
 *
 * A timer never fires early, though Node's may, by up to a millisecond, and may be as long as one likes. `yieldTurn` is
 * `setImmediate`: yielding again and again lets every timer and all I/O that is due run in between.
 */
export function systemRuntime(): Runtime {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    setTimer: (ms, callback, options) => startTimer(ms, callback, options?.keepAlive === true),
    yieldTurn: (callback) => void setImmediate(callback),
    random: () => Math.random(),
    newId: createUuidV7(() => Date.now(), pooledRandom32()),
  }
}

function startTimer(ms: number, callback: () => void, keepAlive: boolean): Timer {
  const due = performance.now() + ms
  let timeout: NodeJS.Timeout
  const wait = (remaining: number): void => {
    timeout = setTimeout(check, Math.min(remaining, LONGEST_TIMER_MS))
    if (!keepAlive) timeout.unref()
  }
  const check = (): void => {
    const remaining = due - performance.now()
    if (remaining > 0) wait(remaining)
    else callback()
  }
  wait(ms)
  return { cancel: () => clearTimeout(timeout) }
}

/** Random 32-bit integers out of a pool, because asking the system for four bytes costs as much as for four thousand. */
function pooledRandom32(): () => number {
  const pool = new Uint32Array(1024)
  let next = pool.length
  return () => {
    if (next === pool.length) {
      randomFillSync(pool)
      next = 0
    }
    return pool[next++] as number
  }
}
