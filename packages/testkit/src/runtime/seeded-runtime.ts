import { setImmediate } from 'node:timers'
import { createUuidV7, type Runtime, type Timer } from '@micro/core'
import { type QueuedTimer, TimerQueue } from './timer-queue.ts'
import { seedState, splitMix64, xoshiro128 } from './xoshiro128.ts'

export interface SeededRuntimeOptions {
  /** A safe integer. The same seed gives the same random numbers and ids. @default 1 */
  readonly seed?: number | undefined
  /** What the wall clock shows at first, milliseconds since 1970. @default 1735689600000, the start of 2025 in UTC */
  readonly startAt?: number | undefined
  /**
   * Whether time moves on to the next timer by itself when nothing else can run: pauses end, time-outs fire, and nobody
   * has to call `advance`. Leave it off where a test decides itself how far time goes. @default false
   */
  readonly autoAdvance?: boolean | undefined
}

type Defaults = { readonly seed: 1; readonly startAt: 1_735_689_600_000; readonly autoAdvance: false }

export const SEEDED_RUNTIME_DEFAULTS: Defaults = Object.freeze({
  seed: 1,
  startAt: 1_735_689_600_000,
  autoAdvance: false,
})

/**
 * A `Runtime` on a clock that stands still until it is told to move, with random numbers and ids out of a seed. With memory
 * adapters a whole deployment on one of these runs the same way twice.
 *
 * One thing runs at a time: a timer or a turn that was yielded, and then every promise that it settled, before the next.
 */
export interface SeededRuntime extends Runtime {
  readonly seed: number
  /** How many timers have not fired yet. */
  readonly pendingTimers: number
  /** In how many milliseconds the next timer is due; `undefined` without one. */
  readonly nextTimerInMs: number | undefined
  /**
   * Moves the clock by `ms` and fires what becomes due, each timer at its own time and in order, letting promises settle in
   * between. Resolves when nothing is left that can run. Calls beside each other run one after the other.
   */
  advance(ms: number): Promise<void>
  /** Resolves when nothing is left that can run without time moving on. */
  settle(): Promise<void>
  /**
   * What the promise gives; while it is pending, time moves on by itself whenever nothing else can run. A promise that
   * waits for neither time nor work stays pending, as it would anywhere.
   */
  until<T>(promise: Promise<T>): Promise<T>
}

/**
 * Random numbers are xoshiro128** 1.1, seeded with SplitMix64, both of https://prng.di.unimi.it; `random()` and the ids draw
 * from two generators, so that another jitter gives no other ids.
 *
 * Only what takes time and chance from the runtime is repeatable: adapters that wait for disks and networks are not.
 *
 * @throws TypeError for a seed or start that is not a safe integer
 * @example
 * const runtime = seededRuntime({ seed: 7 })
 * const micro = createMicro({ name: 'bank', runtime })
 */
export function seededRuntime(options: SeededRuntimeOptions = {}): SeededRuntime {
  const { seed, startAt, autoAdvance } = SEEDED_RUNTIME_DEFAULTS
  return new SteppedRuntime(
    checkInteger('seed', options.seed ?? seed),
    checkInteger('startAt', options.startAt ?? startAt),
    options.autoAdvance ?? autoAdvance,
  )
}

interface Advance {
  readonly ms: number
  /** Where it ends; known when its turn has come. */
  target: number | undefined
  readonly resolve: () => void
}

class SteppedRuntime implements SeededRuntime {
  readonly seed: number
  readonly now: () => number
  readonly monotonic: () => number
  readonly random: () => number
  readonly newId: () => string
  readonly #timers = new TimerQueue()
  readonly #yielded: (() => void)[] = []
  readonly #settling: (() => void)[] = []
  readonly #advancing: Advance[] = []
  #elapsed = 0
  /** For how many reasons time moves by itself. */
  #driving: number
  #isStepping = false

  constructor(seed: number, startAt: number, autoAdvance: boolean) {
    this.seed = seed
    this.#driving = autoAdvance ? 1 : 0
    const seeds = splitMix64(seed)
    const chance = xoshiro128(seedState(seeds))
    this.random = () => chance() / 0x1_0000_0000
    this.monotonic = () => this.#elapsed
    // Whole milliseconds, as those of a real clock.
    this.now = () => startAt + Math.floor(this.#elapsed)
    this.newId = createUuidV7(this.now, xoshiro128(seedState(seeds)))
  }

  get pendingTimers(): number {
    return this.#timers.all.length
  }

  get nextTimerInMs(): number | undefined {
    const { first } = this.#timers
    return first === undefined ? undefined : Math.max(0, first.dueAt - this.#elapsed)
  }

  setTimer(ms: number, callback: () => void): Timer {
    // What is no duration fires at once, as with Node's timers.
    const timer: QueuedTimer = { dueAt: this.#elapsed + (ms > 0 ? ms : 0), callback }
    this.#timers.add(timer)
    this.#step()
    return { cancel: () => this.#timers.remove(timer) }
  }

  yieldTurn(callback: () => void): void {
    this.#yielded.push(callback)
    this.#step()
  }

  advance(ms: number): Promise<void> {
    if (typeof ms !== 'number' || !(ms >= 0))
      return Promise.reject(new TypeError(`advance: a number of milliseconds ≥ 0, not ${String(ms)}`))
    return new Promise((resolve) => {
      this.#advancing.push({ ms, target: undefined, resolve })
      this.#step()
    })
  }

  settle(): Promise<void> {
    return new Promise((resolve) => {
      this.#settling.push(resolve)
      this.#step()
    })
  }

  async until<T>(promise: Promise<T>): Promise<T> {
    this.#driving++
    this.#step()
    try {
      return await promise
    } finally {
      this.#driving--
    }
  }

  /**
   * One step in each real turn of the event loop: when it comes, every promise that could settle has. So what happens
   * between two steps depends on the first alone.
   */
  #step(): void {
    if (this.#isStepping) return
    this.#isStepping = true
    setImmediate(() => {
      this.#isStepping = false
      try {
        this.#runNext()
      } finally {
        if (this.#hasMore()) this.#step()
      }
    })
  }

  #runNext(): void {
    const next = this.#timers.takeDue(this.#elapsed)?.callback ?? this.#yielded.shift()
    if (next !== undefined) return next()
    // Nothing else can run: whoever waits for that is told before time moves.
    if (this.#settling.length > 0) for (const resolve of this.#settling.splice(0)) resolve()
    else if (this.#advancing.length > 0) this.#advanceOnce(this.#advancing[0] as Advance)
    else if (this.#driving > 0) this.#moveTo(this.#timers.first?.dueAt ?? this.#elapsed)
  }

  #advanceOnce(advance: Advance): void {
    advance.target ??= this.#elapsed + advance.ms
    const dueAt = this.#timers.first?.dueAt ?? Infinity
    if (dueAt <= advance.target) return this.#moveTo(dueAt)
    if (this.#elapsed < advance.target) this.#elapsed = advance.target
    this.#advancing.shift()
    advance.resolve()
  }

  #moveTo(at: number): void {
    if (at > this.#elapsed) this.#elapsed = at
    this.#timers.takeDue(this.#elapsed)?.callback()
  }

  #hasMore(): boolean {
    if (this.#yielded.length > 0 || this.#settling.length > 0 || this.#advancing.length > 0) return true
    const { first } = this.#timers
    return first !== undefined && (this.#driving > 0 || first.dueAt <= this.#elapsed)
  }
}

function checkInteger(option: string, value: number): number {
  if (!Number.isSafeInteger(value))
    throw new TypeError(`seededRuntime: ${option} must be a safe integer, not ${String(value)}`)
  return value
}
