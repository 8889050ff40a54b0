// In the global registry: two copies of core in one process recognise each other's secrets, `instanceof` would not.
const BRAND = Symbol.for('@micro/core/secret')
const REDACTED = '[redacted]'

/**
 * A value that never shows itself by accident: JSON, templates, `console.log` and loggers get `[redacted]`. Payloads may
 * hold one (a password, a token), event data may not: the log is kept for ever.
 *
 * The value is kept as it is, neither checked nor frozen. It does not survive a wire or `structuredClone`.
 */
export class Secret<T = string> {
  static {
    // Symbol.for('nodejs.util.inspect.custom') is what console.log and util.inspect ask for, without importing node:util.
    const inspect = Symbol.for('nodejs.util.inspect.custom')
    Object.defineProperties(this.prototype, { [BRAND]: { value: true }, [inspect]: { value: () => REDACTED } })
  }

  readonly #value: T

  constructor(value: T) {
    this.#value = value
    Object.freeze(this)
  }

  /** The value itself. Every call of this is a place to look at in a review. */
  reveal(): T {
    return this.#value
  }

  toJSON(): string {
    return REDACTED
  }

  toString(): string {
    return REDACTED
  }
}

/** Wraps a value into a `Secret`. */
export function secret<const T>(value: T): Secret<T> {
  return new Secret(value)
}

/** Whether `value` is a `Secret` of any copy of core. */
export function isSecret(value: unknown): value is Secret<unknown> {
  return typeof value === 'object' && value !== null && BRAND in value
}
