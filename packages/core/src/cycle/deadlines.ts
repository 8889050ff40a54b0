import type { Runtime, Timer } from '../ports/runtime.ts'
import type { Call } from './call.ts'

/** Deadlines are met to this precision; one timer serves all calls that end within it. */
const TICK_MS = 10

/** The timer keeps the process alive while calls are under way, and for so long after the last one at most. */
const LONGEST_SLEEP_TICKS = 100

/** The calls that end within the same 10 ms. */
interface Tick {
  readonly number: number
  readonly calls: Call[]
}

/**
 * All deadlines of an instance on one timer: a timer for each call would cost more than a call does. While a call is under
 * way the process stays alive: a program that waits for an answer must not end for want of anything else to do.
 */
export class Deadlines {
  readonly #runtime: Runtime
  readonly #byTick = new Map<number, Tick>()
  /** Where the last call was added: the next one is likely to end within the same tick. */
  #newest: Tick | undefined
  #timer: Timer | undefined
  #timerTick = Infinity

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  add(call: Call): void {
    const number = tickOf(call)
    let tick = this.#find(number)
    if (tick === undefined) this.#byTick.set(number, (tick = { number, calls: [] }))
    this.#newest = tick
    call.placeInTick = tick.calls.push(call) - 1
    if (number < this.#timerTick) this.#arm(number)
  }

  /** Does nothing for a call that was swept or removed. */
  remove(call: Call): void {
    const calls = this.#find(tickOf(call))?.calls
    const place = call.placeInTick
    if (calls === undefined || place === -1) return
    call.placeInTick = -1
    // An empty tick stays until the next sweep.
    const last = calls.pop() as Call
    if (last === call) return
    calls[place] = last
    last.placeInTick = place
  }

  /** Calls that have neither been answered nor ended. */
  pending(): readonly Call[] {
    return Array.from(this.#byTick.values(), ({ calls }) => calls).flat()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#timerTick = Infinity
    this.#byTick.clear()
    this.#newest = undefined
  }

  #find(number: number): Tick | undefined {
    return this.#newest?.number === number ? this.#newest : this.#byTick.get(number)
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
    this.#newest = undefined
    const now = this.#runtime.monotonic()
    let nearest = Infinity
    const due: Call[] = []
    for (const { number, calls } of this.#byTick.values()) {
      if (number * TICK_MS <= now) {
        this.#byTick.delete(number)
        due.push(...calls)
      } else if (calls.length === 0) this.#byTick.delete(number)
      else if (number < nearest) nearest = number
    }
    if (nearest < Infinity) this.#arm(nearest)
    for (const call of due) call.expire()
  }
}

const tickOf = (call: Call): number => Math.ceil(call.deadlineAt / TICK_MS)
