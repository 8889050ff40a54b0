import { pause, type Runtime } from '@micro/core'
import { Chance } from '../runtime/chance.ts'
import type { FaultKinds, FaultyOperation } from './fault-kinds.ts'
import { Gate } from './gate.ts'

/** How often one way of an operation takes its time, and how long at most, drawn evenly. */
export interface Delay {
  /** 0 to 1. */
  readonly probability: number
  readonly mostMs: number
}

export type FaultRates = {
  readonly [Operation in FaultyOperation]?: { readonly [K in FaultKinds[Operation]]?: number }
}

/** What a caller sends, and what it gets. */
export type Way = 'request' | 'answer'

export interface FaultsOptions {
  /** The same seed draws the same faults for the same operations. @default 1 */
  readonly seed?: number | undefined
  /** Tells apart several that share a seed: each draws its own. @default 0 */
  readonly purpose?: number | undefined
  /** Probability of each fault, 0 to 1, those of one operation together at most 1. @default none */
  readonly rates?: FaultRates | undefined
  /** Each way of an operation waits so: the request, and then the answer. @default none */
  readonly delays?: { readonly [Operation in FaultyOperation]?: Delay } | undefined
  /** How late what is late arrives, at most, milliseconds. @default 1000 */
  readonly lateMs?: number | undefined
  /** Probability that a subscription's batch comes as one batch for each append. @default 0 */
  readonly split?: number | undefined
  /** By how many later batches one is overtaken at most, when it is held back or doubled. @default 10 */
  readonly window?: number | undefined
}

type Defaults = {
  readonly seed: 1
  readonly purpose: 0
  readonly lateMs: 1_000
  readonly split: 0
  readonly window: 10
}

export const FAULTS_DEFAULTS: Defaults = Object.freeze({
  seed: 1,
  purpose: 0,
  lateMs: 1_000,
  split: 0,
  window: 10,
})

/**
 * What goes wrong with the ports that are decorated with it: by chance out of a seed, by a script, and by gates. Time is the
 * host's, so that on a seeded runtime the same faults come at the same moments.
 *
 * @example
 * const faults = new Faults({ seed, rates: { append: { 'answer lost': 0.1 } } })
 * createMicro({ name: 'bank', store: faultyEventStore(memoryEventStore(), faults) })
 */
export class Faults {
  readonly window: number
  readonly #chance: Chance
  readonly #rates: FaultRates
  readonly #delays: NonNullable<FaultsOptions['delays']>
  readonly #lateMs: number
  readonly #split: number
  readonly #scripts = new Map<FaultyOperation, (string | undefined)[]>()
  readonly #gates = new Map<`${FaultyOperation} ${Way}`, Gate>()
  readonly #late = new Set<Promise<void>>()
  #isHealed = false

  /** @throws RangeError for a probability that is none */
  constructor(options: FaultsOptions = {}) {
    const { rates = {}, delays = {} } = options
    for (const [operation, ofKinds] of Object.entries(rates))
      checkProbability(
        operation,
        Object.values(ofKinds).reduce((sum, rate) => sum + rate, 0),
      )
    for (const [operation, delay] of Object.entries(delays)) checkProbability(operation, delay.probability)
    this.window = options.window ?? FAULTS_DEFAULTS.window
    this.#chance = new Chance(options.seed ?? FAULTS_DEFAULTS.seed, options.purpose ?? FAULTS_DEFAULTS.purpose)
    this.#rates = rates
    this.#delays = delays
    this.#lateMs = options.lateMs ?? FAULTS_DEFAULTS.lateMs
    this.#split = options.split ?? FAULTS_DEFAULTS.split
  }

  /**
   * Holds operations of this kind while it is shut: before they are begun, or, on the way of the answer, when they are done
   * and their caller is not told yet. A subscription's batches have one way only, the request's.
   */
  gate(operation: FaultyOperation, way: Way = 'request'): Gate {
    const name = `${operation} ${way}` as const
    let gate = this.#gates.get(name)
    if (gate === undefined) this.#gates.set(name, (gate = new Gate()))
    return gate
  }

  /** The next operations of this kind go wrong so, one after the other; `undefined`: that one works. Chance has its say later. */
  inject<Operation extends FaultyOperation>(
    operation: Operation,
    ...faults: readonly (FaultKinds[Operation] | undefined)[]
  ): void {
    this.#scripts.set(operation, [...(this.#scripts.get(operation) ?? []), ...faults])
  }

  /** From now on everything works, at once; what is held goes on. */
  heal(): void {
    this.#isHealed = true
    for (const gate of this.#gates.values()) gate.open()
  }

  /** Resolves when what was late has arrived. */
  async arrived(): Promise<void> {
    await Promise.all(this.#late)
  }

  /** For decorators: how the next operation of this kind goes wrong, if it does. */
  next<Operation extends FaultyOperation>(operation: Operation): FaultKinds[Operation] | undefined {
    if (this.#isHealed) return undefined
    const script = this.#scripts.get(operation)
    if (script !== undefined && script.length > 0) return script.shift() as FaultKinds[Operation] | undefined
    const rates = Object.entries(this.#rates[operation] ?? {}) as [FaultKinds[Operation], number][]
    if (rates.length === 0) return undefined
    let left = this.#chance.fraction()
    for (const [fault, rate] of rates) if ((left -= rate) < 0) return fault
    return undefined
  }

  /** For decorators: one way of an operation. */
  async transit(operation: FaultyOperation, way: Way, runtime: Runtime, signal?: AbortSignal): Promise<void> {
    const delay = this.#isHealed ? undefined : this.#delays[operation]
    if (delay !== undefined && this.#chance.happens(delay.probability))
      await pause(runtime, this.#chance.fraction() * delay.mostMs, signal)
    const gate = this.#gates.get(`${operation} ${way}`)
    if (gate !== undefined && !gate.isOpen) await gate.pass(signal)
    signal?.throwIfAborted()
  }

  /** For decorators: lets a request arrive some time later, whoever sent it having given up. */
  arriveLate(runtime: Runtime, request: () => Promise<unknown>): void {
    const arriving = pause(runtime, this.#chance.fraction() * this.#lateMs)
      .then(request)
      // What it comes to shows where it arrives; nobody is left to be told.
      .then(ignore, ignore)
      .finally(() => this.#late.delete(arriving))
    this.#late.add(arriving)
  }

  /** For decorators: whether this batch comes in pieces. */
  splits(): boolean {
    return this.#split > 0 && !this.#isHealed && this.#chance.happens(this.#split)
  }

  /** For decorators: by how many later batches one is overtaken. */
  drawPlaces(): number {
    return 1 + this.#chance.below(this.window)
  }
}

const ignore = (): void => undefined

function checkProbability(operation: string, value: number): void {
  if (!(value >= 0 && value <= 1 + Number.EPSILON))
    throw new RangeError(`Faults: the probabilities of "${operation}" make ${value} and must be between 0 and 1`)
}
