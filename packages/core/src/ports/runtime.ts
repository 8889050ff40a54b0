/** A timer that has not fired yet. */
export interface Timer {
  cancel(): void
}

/**
 * Time, timers, randomness and new ids. Core and its memory adapters take them from here and from nowhere else, so that
 * with a seeded runtime (`@micro/testkit`) a whole deployment runs the same way twice.
 */
export interface Runtime {
  /** Wall clock, milliseconds since 1970-01-01T00:00Z. Never used to decide about order or safety. */
  now(): number
  /** Milliseconds from an arbitrary start, never going back. */
  monotonic(): number
  /** Calls back once after at least `ms`. An unfired timer does not keep the process alive unless `keepAlive` is set. */
  setTimer(ms: number, callback: () => void, options?: { readonly keepAlive?: boolean }): Timer
  /** Calls back in a later turn of the event loop, so that timers and I/O that are due get theirs. */
  yieldTurn(callback: () => void): void
  /** In [0, 1). For jitter and sampling, never for secrets. */
  random(): number
  /** A new UUIDv7 (RFC 9562): its first 48 bits are `now()`, and ids made later by this runtime sort later. */
  newId(): string
}
