import type { Runtime, Timer } from '../ports/runtime.ts'
import type { Call } from './call.ts'

/** Deadlines are met to this precision; one timer serves all calls that end within it. */
const TICK_MS = 10

/** The timer keeps the process alive while calls are under way, and for so long after the last one at most. */
const LONGEST_SLEEP_TICKS = 100

/**
 * All deadlines of an instance on one timer: a timer for each call would cost more than a call does. While a call is under
 * way the process stays alive: a program that waits for an answer must not end for want of anything else to do.
 */
export class Deadlines {
  readonly #runtime: Runtime
  readonly #byTick = new Map<number, Set<Call>>()
  #timer: Timer | undefined
  #timerTick = Infinity

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  add(call: Call): void {
    const tick = tickOf(call)
    const sameTick = this.#byTick.get(tick)
    if (sameTick === undefined) this.#byTick.set(tick, new Set([call]))
    else sameTick.add(call)
    if (tick < this.#timerTick) this.#arm(tick)
  }

  remove(call: Call): void {
    // An empty set stays until the next sweep: the next call is likely to end within the same tick.
    this.#byTick.get(tickOf(call))?.delete(call)
  }

  /** Calls that have neither been answered nor ended. */
  pending(): readonly Call[] {
    return Array.from(this.#byTick.values(), (calls) => [...calls]).flat()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#timerTick = Infinity
    this.#byTick.clear()
  }

  #arm(nearest: number): void {
    this.#timer?.cancel()
    const now = this.#runtime.monotonic()
    const tick = Math.min(nearest, Math.ceil(now / TICK_MS) + LONGEST_SLEEP_TICKS)
    this.#timerTick = tick
    const sleepMs = Math.max(0, tick * TICK_MS - now)
    this.#timer = this.#runtime.setTimer(sleepMs, () => this.#sweep(), { keepAlive: true })
  }

  #sweep(): void {
    this.#timerTick = Infinity
    this.#timer = undefined
    const now = this.#runtime.monotonic()
    let nearest = Infinity
    const due: Call[] = []
    for (const [tick, calls] of this.#byTick) {
      if (tick * TICK_MS <= now) {
        this.#byTick.delete(tick)
        due.push(...calls)
      } else if (calls.size === 0) this.#byTick.delete(tick)
      else if (tick < nearest) nearest = tick
    }
    if (nearest < Infinity) this.#arm(nearest)
    for (const call of due) call.expire()
  }
}

const tickOf = (call: Call): number => Math.ceil(call.deadlineAt / TICK_MS)
