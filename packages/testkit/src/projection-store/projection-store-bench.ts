import {
  type Checkpoint,
  type Generation,
  type GenerationCheckpoint,
  isMicroError,
  type ModelTable,
  type ProjectionStore,
  type ProjectionStoreProvider,
  type Row,
  type RowChange,
  type Table,
} from '@micro/core'
import type { CheckScope } from '../conformance/checks.ts'
import { conformanceHost } from '../conformance/conformance-host.ts'
import { type SeededRandom, seededRandom } from '../conformance/seeded-random.ts'
import { scaledBy } from '../scale.ts'

/** A fresh, empty store that nobody else uses. */
export interface ProjectionStoreHarness {
  readonly provider: ProjectionStoreProvider
  /** Gives the same store as a restarted process would open it; everything opened before has been closed. */
  readonly reopen?: (() => Promise<ProjectionStoreProvider>) | undefined
  /** Removes the store; everything that the suite opened has been closed. */
  readonly cleanUp?: (() => Promise<void>) | undefined
}

/** What a check works with: one store and its handles. */
export interface ProjectionStoreBench {
  provider(): Promise<ProjectionStoreProvider>
  /** One more handle; closed after the check. */
  open(): Promise<ProjectionStore>
  /** A handle whose generation 1 is prepared and active. */
  openActive(models?: readonly ModelTable[]): Promise<ProjectionStore>
  /** Closes all handles and opens the store as a restarted process would. */
  reopen(): Promise<ProjectionStore>
  /** Another store, of which this one knows nothing. */
  elsewhere(): ProjectionStoreBench
  /**
   * Stands in every loop that ends by what the store answers: lets timers have their turn, which a store in memory would
   * not, and throws once the check is over, or a check that hangs would go on for ever.
   */
  turn(): Promise<void>
  readonly random: SeededRandom
  /** How often a heavy check does its work: `full` at scale 1. */
  scaled(full: number, least?: number): number
}

export interface BenchOptions {
  readonly create: () => Promise<ProjectionStoreHarness>
  readonly seed: number
  readonly scale: number
}

export const PROJECTION = 'shop.bank@1'
export const FIRST: Generation = Object.freeze({ projection: PROJECTION, generation: 1 })
export const SECOND: Generation = Object.freeze({ projection: PROJECTION, generation: 2 })
export const ACCOUNT: Table = Object.freeze({ projection: PROJECTION, model: 'account' })
export const MODELS: readonly ModelTable[] = Object.freeze([
  { model: 'account', key: 'id', indexes: ['owner'] },
  { model: 'owner', key: 'name', indexes: [] },
])

export function projectionStoreBench(options: BenchOptions, scope: CheckScope): ProjectionStoreBench {
  const host = conformanceHost()
  const opened: ProjectionStore[] = []
  let harness: Promise<ProjectionStoreHarness> | undefined
  let reopened: ProjectionStoreProvider | undefined
  let isOver = false
  scope.defer(() => (isOver = true))

  const bench: ProjectionStoreBench = {
    random: seededRandom(options.seed),
    scaled: (full, least = 5) => scaledBy(options.scale, full, least),
    provider: async () => reopened ?? (await (harness ??= create())).provider,
    open: async () => {
      const store = await (await bench.provider()).open(host)
      opened.push(store)
      return store
    },
    openActive: async (models = MODELS) => {
      const store = await bench.open()
      await store.prepare(FIRST, models)
      await store.activate(FIRST)
      return store
    },
    reopen: async () => {
      const { reopen } = await (harness ??= create())
      if (reopen === undefined) throw new TypeError('create: a durable store needs reopen, to show what survives')
      await closeAll()
      reopened = await reopen()
      return bench.open()
    },
    turn: async () => {
      await new Promise((resolve) => setImmediate(resolve))
      if (isOver) throw new Error('The check is over')
    },
    elsewhere: () => projectionStoreBench(options, scope),
  }
  return bench

  async function create(): Promise<ProjectionStoreHarness> {
    const made = await options.create()
    const unknown = Object.keys(made).filter((key) => !['provider', 'reopen', 'cleanUp'].includes(key))
    if (unknown.length > 0) throw new TypeError(`create: unknown option "${unknown.join('", "')}"`)
    if (made.cleanUp !== undefined) scope.defer(made.cleanUp)
    scope.defer(closeAll)
    return made
  }

  async function closeAll(): Promise<void> {
    await Promise.all(opened.splice(0).map((store) => store.close()))
  }
}

/** The next event's checkpoint. */
export function after(previous: Checkpoint | undefined, by = 1, applier = ''): Checkpoint {
  const position = (previous?.position ?? 0) + by
  return { position, eventId: `event-${position}${applier}` }
}

export function put(row: Row, model = 'account', keyProperty = 'id'): RowChange {
  return { kind: 'put', model, key: row[keyProperty] as string, row }
}

export function remove(key: string, model = 'account'): RowChange {
  return { kind: 'remove', model, key }
}

/** What `commit` takes as `previous`: nothing before the first event. */
export function asPrevious(checkpoint: GenerationCheckpoint | undefined): Checkpoint | undefined {
  if (checkpoint === undefined || checkpoint.position === 0) return undefined
  return { position: checkpoint.position, eventId: checkpoint.eventId }
}

/** Commits the changes as the event after the generation's checkpoint. */
export async function apply(
  store: ProjectionStore,
  generation: Generation,
  changes: readonly RowChange[],
  by = 1,
): Promise<Checkpoint> {
  const previous = asPrevious(await store.checkpoint(generation.projection, { generation: generation.generation }))
  const next = after(previous, by)
  await store.commit(generation, { previous, next, changes })
  return next
}

/**
 * A call that goes on beside the check. The check awaits it in the end; should it fail before, nobody is left to do so,
 * and the runner would report the same failure a second time, as an unhandled rejection.
 */
export function begun<Result>(call: Promise<Result>): Promise<Result> {
  void Promise.allSettled([call])
  return call
}

/** Whether it succeeded; false when another was first. Any other failure is one of the check. */
export async function succeeds(attempt: Promise<void>): Promise<boolean> {
  try {
    await attempt
    return true
  } catch (error) {
    if (isMicroError(error, 'MICRO_CONFLICT')) return false
    throw error
  }
}

export function keysOf(rows: readonly Row[], keyProperty = 'id'): readonly unknown[] {
  return rows.map((row) => row[keyProperty])
}
