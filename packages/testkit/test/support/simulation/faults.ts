import { MicroError, type Runtime } from '@micro/core'
import type { Chance } from './chance.ts'

/** How an append goes wrong, if it does. */
export type AppendFault = 'refused' | 'request lost' | 'request late' | 'answer lost'

/** How bad a run is: probabilities of one operation, and milliseconds. */
export interface FaultRates {
  readonly appendFault: number
  readonly readFault: number
  readonly commitFault: number
  readonly subscriptionBreak: number
  /** Probability of a slow operation, and how slow the slowest is. */
  readonly slow: number
  readonly slowestMs: number
  readonly lagMs: number
}

export function drawRates(chance: Chance): FaultRates {
  return {
    appendFault: chance.pick([0, 0, 0.1, 0.3]),
    readFault: chance.pick([0, 0, 0.02]),
    commitFault: chance.pick([0, 0.05, 0.2]),
    subscriptionBreak: chance.pick([0, 0, 0.03]),
    slow: chance.pick([0.05, 0.2, 0.5]),
    slowestMs: chance.pick([10, 60, 400]),
    lagMs: chance.pick([0, 10, 80, 300]),
  }
}

const APPEND_FAULTS = ['refused', 'request lost', 'request late', 'answer lost'] as const

/** What one instance suffers: everything that its stores do asks here how long it takes and whether it goes wrong. */
export class Faults {
  /** Requests that are still on their way though nobody waits for them. */
  readonly late = new Set<Promise<void>>()
  /** Commands of which two runs appended at once. */
  readonly overlaps = new Set<string>()
  readonly runtime: Runtime
  readonly #chance: Chance
  readonly #rates: FaultRates
  #healed = false
  #tailStalledUntil = 0
  #applierStalledUntil = 0
  #appendsStalledUntil = 0

  constructor(runtime: Runtime, chance: Chance, rates: FaultRates) {
    this.runtime = runtime
    this.#chance = chance
    this.#rates = rates
  }

  /** From now on everything works, at once. */
  heal(): void {
    this.#healed = true
  }

  /** Part of the instance hears or gets through nothing for a while. */
  stall(part: 'tail' | 'applier' | 'appends', ms: number): void {
    const until = this.runtime.monotonic() + ms
    if (part === 'tail') this.#tailStalledUntil = until
    else if (part === 'applier') this.#applierStalledUntil = until
    else this.#appendsStalledUntil = until
  }

  appendFault(): AppendFault | undefined {
    return this.#happens(this.#rates.appendFault) ? this.#chance.pick(APPEND_FAULTS) : undefined
  }

  commitFault(): 'refused' | 'answer lost' | undefined {
    return this.#happens(this.#rates.commitFault) ? this.#chance.pick(['refused', 'answer lost'] as const) : undefined
  }

  readFails(): boolean {
    return this.#happens(this.#rates.readFault)
  }

  subscriptionBreaks(): boolean {
    return this.#happens(this.#rates.subscriptionBreak)
  }

  splitsBatch(): boolean {
    return this.#happens(0.7)
  }

  /** One way of an operation. */
  async transit(): Promise<void> {
    if (this.#happens(this.#rates.slow)) await this.#pause(this.#chance.fraction() * this.#rates.slowestMs)
  }

  async appendTransit(): Promise<void> {
    await this.transit()
    await this.#untilOver(() => this.#appendsStalledUntil)
  }

  async commitTransit(): Promise<void> {
    await this.transit()
    await this.#untilOver(() => this.#applierStalledUntil)
  }

  async lag(): Promise<void> {
    if (this.#rates.lagMs > 0 && this.#happens(0.8)) await this.#pause(this.#chance.fraction() * this.#rates.lagMs)
    await this.#untilOver(() => this.#tailStalledUntil)
  }

  /** Lets a request arrive some time later, whoever sent it having given up. */
  arriveLate(request: () => Promise<unknown>): void {
    const arriving = this.#pause(this.#chance.fraction() * 10 * this.#rates.slowestMs)
      .then(request)
      // What it comes to shows in the log; nobody is left to be told.
      .then(ignore, ignore)
      .finally(() => this.late.delete(arriving))
    this.late.add(arriving)
  }

  #happens(probability: number): boolean {
    return !this.#healed && this.#chance.happens(probability)
  }

  async #untilOver(end: () => number): Promise<void> {
    while (!this.#healed && end() > this.runtime.monotonic()) await this.#pause(20)
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.runtime.setTimer(ms, resolve))
  }
}

const ignore = (): void => undefined

export function unavailable(outcome: 'none' | 'unknown'): MicroError {
  return new MicroError('MICRO_UNAVAILABLE', `A simulated fault, outcome ${outcome}.`, { outcome })
}
