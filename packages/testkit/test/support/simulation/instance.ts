import {
  createMicro,
  type EventStoreProvider,
  type Micro,
  type MicroOptions,
  type ProjectionStoreProvider,
  type Sheets,
  type TransportProvider,
} from '@micro/core'
import { captureLog, type CapturedLog, type SeededRuntime } from '../../../src/index.ts'
import { type Faults, faultyEventStore, faultyProjectionStore, faultyTransport } from '../../../src/faults/index.ts'
import type { Chance } from '../../../src/runtime/chance.ts'
import { limitsModule } from './bank-sheets.ts'
import { watchOverlaps } from './faults.ts'

export interface InstanceOptions {
  readonly name: string
  readonly runtime: SeededRuntime
  readonly faults: Faults
  readonly store: EventStoreProvider
  /** Called at every start: the shared provider, or one that begins empty. */
  readonly projections: () => ProjectionStoreProvider
  readonly transport: TransportProvider
  readonly sheets: Sheets
  readonly settings: Partial<MicroOptions>
}

/** A bank that stops and starts again, as a process does. */
export class BankInstance {
  readonly name: string
  readonly faults: Faults
  readonly logs: CapturedLog[] = []
  /** Commands of which two runs appended at once. */
  readonly overlaps = new Set<string>()
  readonly #options: InstanceOptions
  #micro: Micro | undefined

  constructor(options: InstanceOptions) {
    this.name = options.name
    this.faults = options.faults
    this.#options = options
  }

  /** The one that was started last, which may have stopped. */
  get micro(): Micro {
    if (this.#micro === undefined) throw new Error(`${this.name} was never started`)
    return this.#micro
  }

  get isUp(): boolean {
    return this.#micro?.health().status === 'started'
  }

  async start(): Promise<void> {
    const { runtime, faults, store, projections, transport, sheets, settings } = this.#options
    const log = captureLog()
    this.logs.push(log)
    const micro = createMicro({
      ...settings,
      name: 'bank',
      runtime,
      store: watchOverlaps(faultyEventStore(store, faults), this.overlaps),
      projections: faultyProjectionStore(projections(), faults),
      transport: faultyTransport(transport, faults),
      modules: [log.module, limitsModule],
      sheets,
    })
    await micro.start()
    this.#micro = micro
  }

  /** Starts again and again until the faults let it. */
  async startAtLast(): Promise<void> {
    for (let tries = 0; tries < 50; tries++) {
      try {
        return await this.start()
      } catch {
        await new Promise<void>((resolve) => void this.#options.runtime.setTimer(50, resolve))
      }
    }
    throw new Error(`${this.name} cannot be started`)
  }
}

/** What one run composes its instances with. */
export function drawSettings(chance: Chance, uniqueEventIds: boolean): Partial<MicroOptions> {
  return {
    concurrency: 60,
    cachedStreams: chance.pick([1, 1, 3, 100_000]),
    keptReplyBytes: chance.pick([1, 1, 16_777_216]),
    // Where the store does not refuse old ids itself, only the journal does, and it must hold what is repeated.
    journalCommands: uniqueEventIds ? chance.pick([2, 1_000]) : 1_000,
    unansweredAppends: chance.pick([4, 1_000]),
    stopTimeoutMs: chance.pick([50, 500]),
  }
}
