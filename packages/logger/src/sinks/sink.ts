/** A place where lines end up. It never throws: what it cannot write is lost, after one warning on standard error. */
export interface Sink {
  /** @param line with its line end */
  write(line: string): void
  /** Resolves when what was written so far has left the process, or cannot. */
  flush(): Promise<void>
  /** Flushes and gives back what it opened. Idempotent. */
  close(): Promise<void>
}

/** Told of each failure; warns of the first. */
export type OnProblem = (error: unknown) => void

/** How much is kept for a place that takes nothing at the moment, such as a full disk; what comes after is lost. */
export const MOST_BUFFERED_BYTES = 1_048_576
