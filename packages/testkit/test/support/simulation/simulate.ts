import { createMicro, memoryEventStore, memoryProjectionStore, memoryTransport, type RecordedEvent } from '@micro/core'
import { conformanceHost } from '../../../src/conformance/conformance-host.ts'
import { captureLog, seededRuntime, type SeededRuntime } from '../../../src/index.ts'
import { faultyTransport } from '../../../src/faults/index.ts'
import { type History, type HistoryCall, recordHistory } from '../../../src/history/index.ts'
import { Chance } from '../../../src/runtime/chance.ts'
import { brokenThings, modelsOf, tryService } from './afterwards.ts'
import { bankSheets } from './bank-sheets.ts'
import { Client } from './client.ts'
import { drawRates, faultsOf } from './faults.ts'
import { BankInstance, drawSettings } from './instance.ts'
import type { Violation } from './violation.ts'

export interface Simulated {
  readonly log: readonly RecordedEvent[]
  readonly history: readonly HistoryCall[]
  /** By instance: every row of every model, after everything. */
  readonly models: ReadonlyMap<string, unknown>
  /** What was seen amiss while it ran. */
  readonly violations: readonly Violation[]
  /** Where the log ended when the last fault was over. */
  readonly headWhenHealed: number
  readonly instances: number
  readonly uniqueEventIds: boolean
  /** Whether the journal is smaller than what is repeated. */
  readonly forgets: boolean
  readonly describe: string
}

const LONGEST_MS = 600_000

/** Runs some instances of the bank, their clients and their faults, all out of the seed. */
export async function simulate(seed: number): Promise<Simulated> {
  const runtime = seededRuntime({ seed })
  const tooLong = new Promise<never>((_, reject) => {
    runtime.setTimer(LONGEST_MS, () => reject(new Error('The simulation does not end: something hangs.')))
  })
  // Time stands still as soon as this has ended, also for whatever would go on without end.
  return runtime.until(Promise.race([new Simulation(seed, runtime).run(), tooLong]))
}

class Simulation {
  readonly #seed: number
  readonly #runtime: SeededRuntime
  readonly #chance: Chance
  readonly #uniqueEventIds: boolean
  readonly #isShared: boolean
  #isOver = false

  constructor(seed: number, runtime: SeededRuntime) {
    this.#seed = seed
    this.#runtime = runtime
    this.#chance = new Chance(seed, 0)
    this.#uniqueEventIds = this.#chance.happens(0.5)
    this.#isShared = this.#chance.happens(0.5)
  }

  async run(): Promise<Simulated> {
    const runtime = this.#runtime
    const store = memoryEventStore({ uniqueEventIds: this.#uniqueEventIds })
    const transport = memoryTransport()
    const shared = memoryProjectionStore()
    const settings = drawSettings(this.#chance, this.#uniqueEventIds)
    let tokens = 0
    const sheets = bankSheets(() => `token-${++tokens}`)
    const rates = drawRates(this.#chance)
    const makeInstance = (_: unknown, at: number): BankInstance =>
      new BankInstance({
        name: `instance ${at + 1}`,
        runtime,
        faults: faultsOf(this.#seed, 100 + at, rates),
        store,
        projections: () => (this.#isShared ? shared : memoryProjectionStore()),
        transport,
        sheets,
        settings,
      })
    const [first = makeInstance(undefined, 0), ...others] = Array.from(
      { length: this.#chance.pick([1, 2, 2, 2, 3, 3, 3]) },
      makeInstance,
    )
    const instances = [first, ...others] as const
    await Promise.all(instances.map((instance) => instance.startAtLast()))
    const reader = await store.open(conformanceHost({ runtime, service: 'reader' }))
    const history: History = recordHistory({ log: reader, runtime, seed: this.#seed })
    const deskFaults = faultsOf(this.#seed, 500, rates)
    const desk = createMicro({
      name: 'desk',
      runtime,
      transport: faultyTransport(transport, deskFaults),
      modules: [captureLog().module],
    })
    await desk.start()
    const plan = {
      day: this.#chance.pick(['busy', 'busy', 'spending', 'spending', 'opening', 'welcoming'] as const),
      accounts: 1 + this.#chance.below(3),
      longestPauseMs: this.#chance.pick([5, 60, 200]),
    }
    const clients = Array.from(
      { length: others.length === 0 ? 8 : 2 + this.#chance.below(4) },
      (_, number) =>
        new Client({
          number: number + 1,
          runtime,
          chance: new Chance(this.#seed, 200 + number),
          instances,
          history,
          desk,
          uniqueEventIds: this.#uniqueEventIds,
          ...plan,
          commands: 6 + this.#chance.below(8),
        }),
    )
    const troubling = Promise.all([this.#stall(instances), this.#restart(instances)])
    await Promise.all(clients.map((client) => client.run()))
    this.#isOver = true
    await troubling
    deskFaults.heal()
    await this.#heal(instances)
    await deskFaults.arrived()
    const headWhenHealed = await reader.head()
    const violations = await tryService(instances, history.calls)
    const models = await modelsOf(instances, reader)
    await Promise.all([desk, ...instances.map(({ micro }) => micro)].map((micro) => micro.stop()))
    const log: RecordedEvent[] = []
    for await (const batch of reader.readAll()) log.push(...batch)
    return {
      log,
      history: history.calls,
      models,
      violations: [...violations, ...brokenThings(instances)],
      headWhenHealed,
      instances: instances.length,
      uniqueEventIds: this.#uniqueEventIds,
      forgets: settings.journalCommands === 2,
      describe: JSON.stringify({
        instances: instances.length,
        uniqueEventIds: this.#uniqueEventIds,
        shared: this.#isShared,
        ...plan,
        ...settings,
        ...rates,
      }),
    }
  }

  /** Now and then a part of an instance hears nothing for a while. */
  async #stall(instances: readonly [BankInstance, ...BankInstance[]]): Promise<void> {
    const chance = new Chance(this.#seed, 300)
    if (chance.happens(0.2)) return
    while (!this.#isOver) {
      await this.#pause(chance.fraction() * 400)
      const { faults } = chance.pick(instances)
      const operation = chance.pick(['subscribe', 'subscribe', 'commit', 'append'] as const)
      const gate = faults.gate(operation, operation !== 'subscribe' && chance.happens(0.5) ? 'answer' : 'request')
      gate.shut()
      this.#runtime.setTimer(chance.fraction() * chance.pick([100, 400, 2_500]), () => gate.open())
    }
  }

  /** Now and then an instance stops and starts again. */
  async #restart(instances: readonly [BankInstance, ...BankInstance[]]): Promise<void> {
    const chance = new Chance(this.#seed, 400)
    if (chance.happens(0.4)) return
    for (;;) {
      await this.#pause(200 + chance.fraction() * 2_000)
      if (this.#isOver) return
      const instance = chance.pick(instances)
      await instance.micro.stop()
      await instance.startAtLast()
    }
  }

  async #heal(instances: readonly BankInstance[]): Promise<void> {
    for (const { faults } of instances) faults.heal()
    // Longer than any back-off, so that whatever still goes round has come to its end.
    await this.#pause(20_000)
    for (const { faults } of instances) await faults.arrived()
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#runtime.setTimer(ms, resolve))
  }
}
