import { HEADERS, type Headers, type Runtime } from '@micro/core'

/** Fewer in a row may be callers in a hurry. */
const ENOUGH_FAILURES = 3
/** Callers who give less time say nothing about the endpoint. */
const LEAST_BUDGET_MS = 250

/**
 * Whether an endpoint is stuck: it answers nothing any more before its callers give up. A queue group knows nothing of
 * that and goes on sending it its share, so such an endpoint has to leave by itself.
 */
export class StallWatch {
  readonly #runtime: Runtime
  readonly #stalledAfterMs: number
  /** When the first request came in after which nothing was answered in time. */
  #waitingSince: number | undefined
  #failures = 0
  /** After a pause one failure tells enough. */
  #isOnTrial = false

  constructor(runtime: Runtime, stalledAfterMs: number) {
    this.#runtime = runtime
    this.#stalledAfterMs = stalledAfterMs
  }

  /** @returns by when its caller wants an answer, by the monotonic clock; Infinity where that says nothing */
  begin(headers: Headers, now: number): number {
    this.#waitingSince ??= now
    const budgetMs = Number.parseInt(headers[HEADERS.deadline] ?? '', 10)
    return budgetMs >= LEAST_BUDGET_MS ? now + budgetMs : Infinity
  }

  answeredInTime(): void {
    this.#failures = 0
    this.#waitingSince = undefined
    this.#isOnTrial = false
  }

  failed(): void {
    this.#failures++
  }

  get isStalled(): boolean {
    if (this.#waitingSince === undefined || this.#stalledAfterMs === 0) return false
    if (this.#isOnTrial) return this.#failures > 0
    const hasLasted = this.#runtime.monotonic() - this.#waitingSince >= this.#stalledAfterMs
    return hasLasted && this.#failures >= ENOUGH_FAILURES
  }

  /** It takes requests again, to see. */
  retry(): void {
    this.#failures = 0
    this.#waitingSince = undefined
    this.#isOnTrial = true
  }
}
