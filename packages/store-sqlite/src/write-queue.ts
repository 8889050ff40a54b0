import { isMicroError, type Runtime } from '@micro/core'
import type { Connection } from './load-sqlite.ts'
import { befallsEveryWrite, isBusy, isFatalForWrites, mapDriverError } from './map-driver-error.ts'
import { nextTurn, sleep } from './turns.ts'

/** Something to be written. `run` is called inside the write transaction, again when the transaction had to be undone. */
export interface WriteTask<Result> {
  /** How much it writes: rows, roughly. Groups are bounded by the sum. */
  readonly weight: number
  /** A refusal thrown here is this task's alone, and must come before anything was written. */
  run(care: Care): Result
  /** Called once its transaction is durable, in the order of the tasks. */
  committed?(result: Result): void
}

/** `hopeful`: what hardly ever happens need not be looked for, a failure leads to a second run, which is `careful`. */
export type Care = 'hopeful' | 'careful'

/** Told of what happens to the transaction as a whole. */
export interface WriteHooks {
  begun(): void
  committed(): void
  undone(): void
  /** Nothing may be written any more until the file was opened anew. */
  failed(error: unknown): void
}

interface Waiting {
  readonly task: WriteTask<unknown>
  readonly resolve: (result: never) => void
  readonly reject: (error: unknown) => void
}

type Outcome = { readonly result: unknown } | { readonly error: unknown }

/** What a group writes at most, unless one task alone is more: some milliseconds in which the event loop stands still. */
const MOST_WEIGHT = 256
const MOST_PAUSE_MS = 8

/** Gathers what waits to be written into transactions: one sync of the disk for the whole group. */
export class WriteQueue {
  readonly #connection: Connection
  readonly #file: string
  readonly #runtime: Runtime
  readonly #timeoutMs: number
  readonly #hooks: WriteHooks
  #waiting: Waiting[] = []
  #draining: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined

  constructor(connection: Connection, file: string, runtime: Runtime, timeoutMs: number, hooks: WriteHooks) {
    this.#connection = connection
    this.#file = file
    this.#runtime = runtime
    this.#timeoutMs = timeoutMs
    this.#hooks = hooks
  }

  add<Result>(task: WriteTask<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ task: task as WriteTask<unknown>, resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  /** Resolves when all that was added has its answer. */
  async idle(): Promise<void> {
    while (this.#draining !== undefined) await this.#draining
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Whoever writes in this turn, or was woken by the group before, is still in time for this group.
      await nextTurn(this.#runtime)
      const group = this.#takeGroup()
      try {
        await this.#write(group, 'hopeful')
      } catch (error) {
        for (const { reject } of group) reject(mapDriverError(error, this.#file))
      }
    }
    this.#draining = undefined
  }

  #takeGroup(): readonly Waiting[] {
    let weight = 0
    let count = 0
    for (const { task } of this.#waiting) {
      if (count > 0 && weight + task.weight > MOST_WEIGHT) break
      weight += task.weight
      count++
    }
    const group = this.#waiting.slice(0, count)
    this.#waiting = this.#waiting.slice(count)
    return group
  }

  async #write(group: readonly Waiting[], care: Care): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error
    await this.#begin()
    const outcomes: Outcome[] = []
    try {
      this.#hooks.begun()
      for (const { task } of group) outcomes.push(run(task, care))
    } catch (error) {
      this.#undo()
      if (befallsEveryWrite(error)) throw this.#noteFailure(error)
      return await this.#writeAgain(group, care, error)
    }
    try {
      this.#connection.exec('COMMIT')
    } catch (error) {
      this.#undo()
      // After a failed sync the events may be there when the file is opened anew, or not.
      throw mapDriverError(this.#noteFailure(error), this.#file, isFatalForWrites(error) ? 'unknown' : 'none')
    }
    this.#hooks.committed()
    settle(group, outcomes)
  }

  /** One task spoiled the group: all again with care, then one by one, so that only that task fails. */
  async #writeAgain(group: readonly Waiting[], care: Care, error: unknown): Promise<void> {
    if (care === 'hopeful') return await this.#write(group, 'careful')
    if (group.length === 1) throw error
    for (const waiting of group) {
      try {
        await this.#write([waiting], 'careful')
      } catch (alone) {
        waiting.reject(mapDriverError(alone, this.#file))
      }
    }
  }

  async #begin(): Promise<void> {
    const deadline = this.#runtime.monotonic() + this.#timeoutMs
    for (let attempt = 1; ; attempt++) {
      try {
        return this.#connection.exec('BEGIN IMMEDIATE')
      } catch (error) {
        if (!isBusy(error)) throw this.#noteFailure(error)
        if (this.#runtime.monotonic() >= deadline) throw error
      }
      // Another process writes. Chance keeps two that wait from meeting again and again.
      await sleep(this.#runtime, Math.min(MOST_PAUSE_MS, attempt) * this.#runtime.random())
    }
  }

  #undo(): void {
    if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK')
    this.#hooks.undone()
  }

  #noteFailure(error: unknown): unknown {
    if (isFatalForWrites(error)) {
      this.#failure ??= { error }
      this.#hooks.failed(error)
    }
    return error
  }
}

function run(task: WriteTask<unknown>, care: Care): Outcome {
  try {
    return { result: task.run(care) }
  } catch (error) {
    // Damage may be met when something was written already: then the whole transaction is undone.
    if (isMicroError(error) && !isMicroError(error, 'MICRO_STORE_CORRUPT')) return { error }
    throw error
  }
}

function settle(group: readonly Waiting[], outcomes: readonly Outcome[]): void {
  group.forEach(({ task, resolve, reject }, index) => {
    const outcome = outcomes[index] as Outcome
    if ('error' in outcome) return reject(outcome.error)
    task.committed?.(outcome.result)
    resolve(outcome.result as never)
  })
}
