import { type Host, type Logger, MicroError, type Runtime } from '@micro/core'
import { CommitWatch } from './commit-watch.ts'
import type { FileLock } from './file-lock.ts'
import type { Connection, SqlRow, SqlValue, Statement } from './load-sqlite.ts'
import { isBusy, mapDriverError } from './map-driver-error.ts'
import { openFile } from './open-connection.ts'
import type { ResolvedOptions } from './options.ts'
import { sleep, TurnBudget } from './turns.ts'
import { type WriteHooks, WriteQueue, type WriteTask } from './write-queue.ts'

/** Parts of a store that keep what they know of the file, and must hear when a transaction ends. */
export type TransactionListener = Partial<Omit<WriteHooks, 'failed'>>

/** One open connection, shared by all handles of a provider, with everything that writes through it in one queue. */
export class Database {
  readonly file: string
  readonly storeId: string
  readonly runtime: Runtime
  readonly watch: CommitWatch
  readonly listeners: TransactionListener[] = []
  readonly #connection: Connection
  readonly #lock: FileLock
  readonly #logger: Logger
  readonly #queue: WriteQueue
  readonly #writeTimeoutMs: number
  readonly #turn: TurnBudget
  readonly #statements = new Map<string, Statement>()
  #tablesEpoch = 0
  readonly #dataVersion: Statement
  #seenVersion: SqlValue | undefined
  #failure: { readonly error: unknown } | undefined
  #isClosed = false

  static async open(options: ResolvedOptions, host: Host): Promise<Database> {
    const { connection, lock, storeId } = await openFile(options, host)
    return new Database(connection, lock, storeId, options, host)
  }

  private constructor(connection: Connection, lock: FileLock, storeId: string, options: ResolvedOptions, host: Host) {
    this.file = options.file
    this.storeId = storeId
    this.runtime = host.runtime
    this.#connection = connection
    this.#lock = lock
    this.#logger = host.logger
    this.#turn = new TurnBudget(host.runtime)
    this.#writeTimeoutMs = options.writeTimeoutMs
    this.#queue = new WriteQueue(connection, options.file, host.runtime, options.writeTimeoutMs, {
      begun: () => this.listeners.forEach((listener) => listener.begun?.()),
      committed: () => {
        this.listeners.forEach((listener) => listener.committed?.())
        this.watch.wake()
      },
      undone: () => this.listeners.forEach((listener) => listener.undone?.()),
      failed: (error) => {
        this.#failure ??= { error }
        host.logger.error({ file: options.file, error }, 'The store refuses everything until it is opened anew.')
        this.watch.wake()
      },
    })
    this.#dataVersion = this.statement('PRAGMA data_version')
    this.watch = new CommitWatch(host.runtime, () => this.#hasForeignCommit(), options.pollIntervalMs)
  }

  /** Grows when this process makes, changes or drops a table. */
  get tablesEpoch(): number {
    return this.#tablesEpoch
  }

  /**
   * Changes when another process has committed. Asked after a read it says whether that read, too, saw the file as it was
   * when this was asked before.
   */
  dataVersion(): SqlValue | undefined {
    return (this.#dataVersion.get() as SqlRow)[0]
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  /** @throws MicroError when it is closed, or when a write failed so that nothing is answered until it was opened anew */
  check(): void {
    if (this.#isClosed) throw closedError(this.file)
    if (this.#failure !== undefined) throw mapDriverError(this.#failure.error, this.file)
  }

  /** A prepared statement that gives rows as arrays; kept. */
  statement(sql: string): Statement {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#connection.prepare(sql)
      statement.setReturnArrays(true)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  get(sql: string, ...values: readonly SqlValue[]): SqlRow | undefined {
    return this.statement(sql).get(...values) as SqlRow | undefined
  }

  all(sql: string, ...values: readonly SqlValue[]): readonly SqlRow[] {
    return this.statement(sql).all(...values) as SqlRow[]
  }

  run(sql: string, ...values: readonly SqlValue[]): void {
    this.statement(sql).run(...values)
  }

  /** The number of the row that was inserted. */
  insert(sql: string, ...values: readonly SqlValue[]): number {
    return Number((this.statement(sql).run(...values) as { readonly lastInsertRowid: number | bigint }).lastInsertRowid)
  }

  /** Changes tables; what was prepared for tables that are gone is forgotten. */
  changeTables(sql: string): void {
    this.#connection.exec(sql)
    this.#statements.clear()
    this.#tablesEpoch++
  }

  /** Several reads of the same state of the file. Synchronous: no reader keeps the log from being reset for long. */
  snapshot<Result>(read: () => Result): Result {
    if (this.#connection.isTransaction) return read()
    this.run('BEGIN')
    try {
      return read()
    } finally {
      this.run('COMMIT')
    }
  }

  /** Runs synchronous reads; again, a little later, while another process recovers or resets the log. */
  async read<Result>(action: () => Result): Promise<Result> {
    const turn = this.#turn.spend()
    if (turn !== undefined) await turn
    let deadline: number | undefined
    for (;;) {
      this.check()
      try {
        return action()
      } catch (error) {
        const now = this.runtime.monotonic()
        deadline ??= now + this.#writeTimeoutMs
        if (!isBusy(error) || now >= deadline) throw mapDriverError(error, this.file)
      }
      await sleep(this.runtime, 1 + 4 * this.runtime.random())
    }
  }

  write<Result>(task: WriteTask<Result>): Promise<Result> {
    this.check()
    return this.#queue.add(task)
  }

  async close(): Promise<void> {
    await this.#queue.idle()
    this.#isClosed = true
    this.watch.wake()
    this.#statements.clear()
    if (!this.hasFailed) this.#tidyUp()
    this.#connection.close()
    this.#lock.release()
  }

  /**
   * Brings the log into the database file. SQLite does it when the last connection closes, but one of the drivers keeps
   * its connection, unseen, until its statements are garbage.
   */
  #tidyUp(): void {
    try {
      this.#connection.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } catch (error) {
      this.#logger.warn({ file: this.file, error }, 'The log stays beside the database file; nothing is lost.')
    }
  }

  #hasForeignCommit(): boolean {
    if (this.#failure !== undefined) return true
    const version = this.dataVersion()
    const isNew = version !== this.#seenVersion
    this.#seenVersion = version
    return isNew
  }
}

/** The error for a handle that was closed. */
export function closedError(file: string): MicroError<'MICRO_UNAVAILABLE'> {
  return new MicroError('MICRO_UNAVAILABLE', `This handle of ${file} is closed.`, { retryable: false })
}
