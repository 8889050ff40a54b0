/** Whether the service lives and may be sent requests. */
export interface Health {
  readonly status: 'new' | 'starting' | 'started' | 'stopping' | 'stopped'
  /** Started, following the log, and no model has halted. */
  readonly isReady: boolean
  /** Why it is not ready, a sentence each. */
  readonly problems: readonly string[]
}
