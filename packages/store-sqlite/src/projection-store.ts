import {
  checkCommit,
  type CheckpointOptions,
  type FindOptions,
  type Generation,
  type GenerationCheckpoint,
  type IoOptions,
  type ModelTable,
  type ProjectionCommit,
  type ProjectionStore,
  type Query,
  type Row,
  type RowKey,
  type Table,
} from '@micro/core'
import { applyCommit, prepareCommit } from './apply-commit.ts'
import { closedError, type Database } from './database.ts'
import { countRows, findRows } from './find-rows.ts'
import { OpenedTables } from './opened-tables.ts'
import { ProjectionTables } from './projection-tables.ts'
import type { RowTable } from './row-table.ts'
import type { Lease } from './shared-database.ts'
import { waitForCheckpoint } from './wait-for-checkpoint.ts'

/** One handle of the models in a file. Every read is one synchronous look at one state of the file. */
export class SqliteProjectionStore implements ProjectionStore {
  readonly #lease: Lease
  readonly #database: Database
  readonly #tables: ProjectionTables
  readonly #opened: OpenedTables
  readonly #begun = new Set<Promise<unknown>>()
  #closing: Promise<void> | undefined

  constructor(lease: Lease) {
    this.#lease = lease
    this.#database = lease.database
    this.#tables = new ProjectionTables(lease.database)
    this.#opened = new OpenedTables(lease.database, this.#tables)
  }

  get(table: Table, keys: readonly RowKey[], options?: IoOptions): Promise<readonly (Row | undefined)[]> {
    return this.#read(options, () => this.#opened.read(table, (rows) => keys.map((key) => rows.get(key))))
  }

  find(table: Table, query: Query, options: FindOptions = {}): Promise<readonly Row[]> {
    const look = (rows: RowTable): readonly Row[] => findRows(this.#database, rows, query, options)
    return this.#read(options, () => this.#opened.search(table, look))
  }

  count(table: Table, query: Query, options?: IoOptions): Promise<number> {
    const look = (rows: RowTable): number => countRows(this.#database, rows, query)
    return this.#read(options, () => this.#opened.search(table, look))
  }

  async commit(generation: Generation, commit: ProjectionCommit, options?: IoOptions): Promise<void> {
    this.#assertOpen(options)
    checkCommit(commit)
    const prepared = prepareCommit(commit)
    await this.#write(1 + prepared.changes.length, () => applyCommit(this.#tables, generation, prepared))
  }

  async checkpoint(projection: string, options: CheckpointOptions = {}): Promise<GenerationCheckpoint | undefined> {
    this.#assertOpen(options)
    return await waitForCheckpoint(this.#database, this.#tables, projection, options, () => this.#assertOpen(options))
  }

  async prepare(generation: Generation, models: readonly ModelTable[], options?: IoOptions): Promise<void> {
    this.#assertOpen(options)
    await this.#write(1, () => this.#tables.prepare(generation, models))
  }

  async activate(generation: Generation, options?: IoOptions): Promise<void> {
    this.#assertOpen(options)
    await this.#write(1, () => this.#tables.activate(generation))
  }

  async drop(generation: Generation, options?: IoOptions): Promise<void> {
    this.#assertOpen(options)
    await this.#write(1, () => this.#tables.drop(generation))
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    // Who waits for a checkpoint sees that this handle is closed.
    await Promise.resolve()
    this.#database.watch.wake()
    await Promise.allSettled(this.#begun)
    await this.#lease.release()
  }

  async #read<Result>(options: IoOptions | undefined, look: () => Result): Promise<Result> {
    this.#assertOpen(options)
    return await this.#database.read(look)
  }

  async #write(weight: number, run: () => void): Promise<void> {
    const written = this.#database.write({ weight, run })
    this.#begun.add(written)
    try {
      await written
    } finally {
      this.#begun.delete(written)
    }
  }

  #assertOpen(options: IoOptions | undefined): void {
    options?.signal?.throwIfAborted()
    if (this.#closing !== undefined) throw closedError(this.#database.file)
  }
}
