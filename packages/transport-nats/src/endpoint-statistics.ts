/** What the Services API tells of an endpoint; times in nanoseconds. */
export interface EndpointStats {
  readonly num_requests: number
  readonly num_errors: number
  readonly last_error: string
  readonly processing_time: number
  readonly average_processing_time: number
}

/** Counts what was answered, when it was answered: a handler that awaits something is at work until then. */
export class EndpointStatistics {
  #requests = 0
  #errors = 0
  #lastError = ''
  #processingMs = 0

  /** @param error as it is shown to people; absent: it went well */
  count(processingMs: number, error?: string): void {
    this.#requests++
    this.#processingMs += processingMs
    if (error === undefined) return
    this.#errors++
    this.#lastError = error
  }

  read(): EndpointStats {
    const processing = Math.round(this.#processingMs * 1e6)
    return {
      num_requests: this.#requests,
      num_errors: this.#errors,
      last_error: this.#lastError,
      processing_time: processing,
      average_processing_time: this.#requests === 0 ? 0 : Math.trunc(processing / this.#requests),
    }
  }
}
