import type { Host } from '@micro/core'
import { Database } from './database.ts'
import { EventLog } from './event-log.ts'
import type { ResolvedOptions } from './options.ts'

/** What a handle holds of the connection that all handles of one provider share. */
export interface Lease {
  readonly database: Database
  readonly log: EventLog
  /** Closes the connection with the last handle. Idempotent. */
  release(): Promise<void>
}

interface Opened {
  readonly database: Promise<Database>
  readonly log: Promise<EventLog>
  handles: number
}

/** Opens the file with the first handle and closes it with the last. */
export class SharedDatabase {
  readonly options: ResolvedOptions
  #current: Opened | undefined
  #closing: Promise<void> = Promise.resolve()

  constructor(options: ResolvedOptions) {
    this.options = options
  }

  async acquire(host: Host): Promise<Lease> {
    const opened = (this.#current ??= this.#open(host))
    opened.handles++
    try {
      const [database, log] = await Promise.all([opened.database, opened.log])
      if (!database.hasFailed) return { database, log, release: once(() => this.#release(opened)) }
    } catch (error) {
      this.#forget(opened)
      throw error
    }
    // The disk failed under an earlier handle: whoever opens now gets a connection of its own.
    await this.#release(opened)
    this.#forget(opened)
    return await this.acquire(host)
  }

  #open(host: Host): Opened {
    const database = this.#closing.then(() => Database.open(this.options, host))
    return { database, log: database.then((ready) => new EventLog(ready)), handles: 0 }
  }

  async #release(opened: Opened): Promise<void> {
    if (--opened.handles > 0) return
    this.#forget(opened)
    this.#closing = opened.database.then((database) => database.close())
    await this.#closing
  }

  #forget(opened: Opened): void {
    if (this.#current === opened) this.#current = undefined
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined
  return () => (result ??= action())
}
