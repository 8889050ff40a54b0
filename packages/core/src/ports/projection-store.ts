import type { JsonObject } from '../values/json.ts'
import type { Position } from './event-store.ts'
import type { IoOptions, Provider } from './provider.ts'

/** A row of a model: a JSON object that holds its own key. */
export type Row = JsonObject

/** The key of a row. */
export type RowKey = string

/** How far a projection has applied the log: the last event's position and id. */
export interface Checkpoint {
  readonly position: Position
  /** Id of the event at `position`; with it a log that was restored from a backup is recognised. */
  readonly eventId: string
}

/** One filling of a projection's tables. A rebuild fills the next one while the active one is read. */
export interface Generation {
  /** Name of the projection with its version, for example `bank@3`. */
  readonly projection: string
  /** Counted from 1. */
  readonly generation: number
}

/** A checkpoint together with the generation that answered; no event applied yet is position 0 and eventId ''. */
export interface GenerationCheckpoint extends Checkpoint {
  readonly generation: number
}

/** One model's rows. Without `generation` the active one, whichever that is when the read begins. */
export interface Table {
  readonly projection: string
  readonly model: string
  readonly generation?: number | undefined
}

/** What a store must know of a model to hold its rows. */
export interface ModelTable {
  readonly model: string
  /** The property that holds a row's key. */
  readonly key: string
  /** Properties that queries and sorts should not have to scan for. */
  readonly indexes: readonly string[]
}

export type RowChange =
  | { readonly kind: 'put'; readonly model: string; readonly key: RowKey; readonly row: Row }
  | { readonly kind: 'remove'; readonly model: string; readonly key: RowKey }

export interface ProjectionCommit {
  /** The checkpoint these changes build on; `undefined` before the first event. */
  readonly previous: Checkpoint | undefined
  readonly next: Checkpoint
  /** At most one change for each row, whose key property is `key`. Empty: only the checkpoint moves. */
  readonly changes: readonly RowChange[]
}

/** The documented subset of MongoDB's filter language; see `docs/reference/queries.md`. Values are data, never operators. */
export type Query = Readonly<Record<string, unknown>>

export interface FindOptions extends IoOptions {
  /** Property → 1 ascending or -1 descending, applied in order; ties in key order. @default by key, ascending */
  readonly sort?: Readonly<Record<string, 1 | -1>> | undefined
  /** @default all */
  readonly limit?: number | undefined
  /** @default 0 */
  readonly skip?: number | undefined
}

export interface CheckpointOptions extends IoOptions {
  /** Resolve only when this position is reached. @default at once */
  readonly atLeast?: Position | undefined
  /** @default the active generation */
  readonly generation?: number | undefined
}

/**
 * Tables of rows with one checkpoint for each projection. Safety against several appliers is the compare-and-set of
 * `commit`, nothing else. Rows given out are frozen or copies.
 *
 * Reads of a projection, generation or model that is not there reject with `MICRO_NOT_FOUND`: an empty answer would be rows
 * going backwards. On a closed handle every method, waits included, rejects with `MICRO_UNAVAILABLE`.
 */
export interface ProjectionStore {
  /** Rows in the order of the keys. A row read after `checkpoint` answered *p* reflects *p* or later, whichever node answers. */
  get(table: Table, keys: readonly RowKey[], options?: IoOptions): Promise<readonly (Row | undefined)[]>

  /** @throws MicroError `MICRO_INVALID` for a query outside the documented subset, or a limit or skip that is no count */
  find(table: Table, query: Query, options?: FindOptions): Promise<readonly Row[]>

  /** @throws MicroError `MICRO_INVALID` for a query outside the documented subset */
  count(table: Table, query: Query, options?: IoOptions): Promise<number>

  /**
   * Rows and checkpoint together, or nothing (or made to look so to every reader). Succeeds only when the generation's
   * checkpoint is `previous`; a commit whose `next` already stands succeeds and changes nothing.
   *
   * @throws TypeError when `next` is before `previous`
   * @throws MicroError `MICRO_CONFLICT` when another applier was first
   * @throws MicroError `MICRO_NOT_FOUND` when the generation was never prepared, or dropped
   */
  commit(generation: Generation, commit: ProjectionCommit, options?: IoOptions): Promise<void>

  /**
   * The checkpoint of the active (or named) generation; `undefined` when there is none, also for a wait whose generation is
   * dropped. With `atLeast` it resolves when that position is reached.
   */
  checkpoint(projection: string, options?: CheckpointOptions): Promise<GenerationCheckpoint | undefined>

  /** Makes room for a generation's tables; rows that are there stay, new indexes are added. Idempotent; several instances may call it at once. */
  prepare(generation: Generation, models: readonly ModelTable[], options?: IoOptions): Promise<void>

  /**
   * Switches every reader to this generation at once. Activating the active one does nothing.
   *
   * @throws MicroError `MICRO_CONFLICT` when the active generation's checkpoint is later: rows never go backwards
   * @throws MicroError `MICRO_NOT_FOUND` when it was never prepared, or dropped
   */
  activate(generation: Generation, options?: IoOptions): Promise<void>

  /**
   * Removes a generation's rows and checkpoint. What is not there is not an error.
   *
   * @throws MicroError `MICRO_CONFLICT` for the active generation
   */
  drop(generation: Generation, options?: IoOptions): Promise<void>

  /** Lets begun commits finish, frees what `open` took. Idempotent. */
  close(): Promise<void>
}

export interface ProjectionStoreCapabilities {
  /** Whether instances in other processes see the same rows. */
  readonly shared: boolean
  /** Whether rows survive the end of the process. */
  readonly durable: boolean
  /** Whether one `find` or `count` sees the rows of one checkpoint. */
  readonly snapshotReads: boolean
}

export type ProjectionStoreProvider = Provider<ProjectionStore, ProjectionStoreCapabilities>
