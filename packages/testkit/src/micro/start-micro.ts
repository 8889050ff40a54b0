import {
  type Act,
  type CallAction,
  createMicro,
  type EventStore,
  type EventStoreProvider,
  memoryEventStore,
  memoryProjectionStore,
  memoryTransport,
  type Micro,
  type MicroOptions,
  type ProjectionStoreProvider,
  type RecordedEvent,
  type TransportProvider,
} from '@micro/core'
import { conformanceHost } from '../conformance/conformance-host.ts'
import { seededRuntime, type SeededRuntime, type SeededRuntimeOptions } from '../runtime/seeded-runtime.ts'
import { CallsUnderWay } from './calls-under-way.ts'
import { captureLog, type CapturedLog } from './captured-log.ts'
import { followProjections, type FollowedProjections } from './followed-projections.ts'

/** Of the fake clock. Calls have given up long before, so whatever still waits then waits for nothing. */
const SETTLE_WITHIN_MS = 60_000

export interface StartMicroOptions
  extends Omit<MicroOptions, 'runtime'>, Pick<SeededRuntimeOptions, 'seed' | 'startAt'> {
  /** Shared by services that are tested together; then `seed` and `startAt` are its. @default a new one */
  readonly runtime?: SeededRuntime | undefined
  /**
   * Whether time moves on by itself while `act` or `call` waits: retries, time-outs and pauses then need nobody to call
   * `advance`. @default true
   */
  readonly autoAdvance?: boolean | undefined
  /** Called before the start: adds plain actions. */
  readonly prepare?: ((micro: Micro) => void) | undefined
}

/** A service under test. */
export interface StartedMicro extends AsyncDisposable {
  /** The service itself. Its own `act` and `call` move no time, and `settled` does not know of them. */
  readonly micro: Micro
  readonly runtime: SeededRuntime
  readonly seed: number
  /** What the service was composed with, for a second service on the same data. */
  readonly store: EventStoreProvider
  readonly projections: ProjectionStoreProvider
  readonly transport: TransportProvider
  /** Empty when the service brings its own logger module. */
  readonly log: CapturedLog
  readonly act: Act
  readonly call: CallAction
  /**
   * Resolves when no call is under way, models have everything that the log has, and nothing is left that could run without
   * time moving on. Moves time as far as it takes.
   *
   * @throws Error that says what it waited for, and the seed: a model has halted, or a minute of the clock was not enough
   */
  settled(): Promise<void>
  /** Everything that the log holds, also of other services. */
  events(): Promise<readonly RecordedEvent[]>
  /** Moves the clock and lets happen what becomes due. */
  advance(ms: number): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts one's own service for a test: memory adapters unless others are given, a fake clock, and chance out of a seed, so
 * that the same test runs the same way every time.
 *
 * @example
 * await using bank = await startMicro({ name: 'bank', sheets })
 * await bank.act(depositMoney, { account: 'a', amount: 5 })
 * await bank.settled()
 * @throws MicroError `MICRO_WIRING`, and whatever the service's start throws
 */
export async function startMicro(options: StartMicroOptions): Promise<StartedMicro> {
  const { seed, startAt, runtime = seededRuntime({ seed, startAt }), autoAdvance = true, prepare, ...own } = options
  const {
    store = memoryEventStore(),
    projections = memoryProjectionStore(),
    transport = memoryTransport(),
    modules = [],
  } = own
  const log = captureLog()
  const calls = new CallsUnderWay()
  const followed = followProjections(projections)
  const hasLogger = modules.some(({ provides }) => provides === 'logger')
  const micro = createMicro({
    ...own,
    runtime,
    store,
    projections: followed.provider,
    transport: calls.countServed(transport),
    modules: hasLogger ? modules : [log.module, ...modules],
  })
  prepare?.(micro)
  await runtime.until(micro.start())
  const reader = await store.open(conformanceHost({ runtime, service: micro.name }))
  return new TestedMicro({ micro, runtime, log, store, projections, transport, calls, followed, reader, autoAdvance })
}

interface TestedParts extends Pick<StartedMicro, 'micro' | 'runtime' | 'log' | 'store' | 'projections' | 'transport'> {
  readonly calls: CallsUnderWay
  readonly followed: FollowedProjections
  readonly reader: EventStore
  readonly autoAdvance: boolean
}

class TestedMicro implements StartedMicro {
  readonly micro: Micro
  readonly runtime: SeededRuntime
  readonly seed: number
  readonly store: EventStoreProvider
  readonly projections: ProjectionStoreProvider
  readonly transport: TransportProvider
  readonly log: CapturedLog
  readonly act: Act
  readonly call: CallAction
  readonly #calls: CallsUnderWay
  readonly #followed: FollowedProjections
  readonly #reader: EventStore
  #stopping: Promise<void> | undefined

  constructor({
    micro,
    runtime,
    log,
    store,
    projections,
    transport,
    calls,
    followed,
    reader,
    autoAdvance,
  }: TestedParts) {
    this.micro = micro
    this.runtime = runtime
    this.seed = runtime.seed
    this.log = log
    this.store = store
    this.projections = projections
    this.transport = transport
    this.#calls = calls
    this.#followed = followed
    this.#reader = reader
    const wait = <T>(asked: unknown, begin: () => Promise<T>): Promise<T> => {
      const call = calls.count(nameOf(asked), begin)
      return autoAdvance ? runtime.until(call) : call
    }
    this.act = ((...args: Parameters<Act>) => wait(args[0], () => micro.act(...args))) as Act
    this.call = ((...args: Parameters<Act>) => wait(args[0], () => micro.call(...args))) as CallAction
  }

  async settled(): Promise<void> {
    const { runtime } = this
    const until = runtime.monotonic() + SETTLE_WITHIN_MS
    for (;;) {
      await runtime.settle()
      const missing = await this.#missing()
      if (missing.length === 0) return
      const { problems } = this.micro.health()
      const nextInMs = runtime.nextTimerInMs
      if (problems.length > 0 || nextInMs === undefined || runtime.monotonic() + nextInMs > until)
        throw new Error(
          `"${this.micro.name}" does not settle (seed ${this.seed}):\n  - ${[...problems, ...missing].join('\n  - ')}`,
        )
      await runtime.advance(nextInMs)
    }
  }

  async events(): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = []
    for await (const batch of this.#reader.readAll()) events.push(...batch)
    return events
  }

  advance(ms: number): Promise<void> {
    return this.runtime.advance(ms)
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.runtime.until(this.#stop()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #stop(): Promise<void> {
    try {
      await this.micro.stop()
    } finally {
      await this.#reader.close()
    }
  }

  async #missing(): Promise<readonly string[]> {
    const calls = this.#calls.names.map((name) => `the call of "${name}" is under way`)
    return [...calls, ...(await this.#followed.behind(await this.#reader.head()))]
  }
}

function nameOf(asked: unknown): string {
  return typeof asked === 'object' && asked !== null && 'name' in asked ? String(asked.name) : String(asked)
}
