import type { Runtime } from '../ports/runtime.ts'

/** Growing pauses with full jitter between two tries, so that instances that failed together do not return together. */
export class Backoff {
  readonly #runtime: Runtime
  readonly #firstMs: number
  readonly #mostMs: number
  #tries = 0

  constructor(runtime: Runtime, options: { readonly firstMs: number; readonly mostMs: number }) {
    this.#runtime = runtime
    this.#firstMs = options.firstMs
    this.#mostMs = options.mostMs
  }

  reset(): void {
    this.#tries = 0
  }

  /** How long the next pause is, for who has to know before. */
  next(): number {
    const longest = Math.min(this.#mostMs, this.#firstMs * 2 ** this.#tries++)
    return longest / 2 + (this.#runtime.random() * longest) / 2
  }

  /** Resolves after the next pause, or at once when the signal is aborted. */
  wait(signal?: AbortSignal): Promise<void> {
    return pause(this.#runtime, this.next(), signal)
  }
}

/** Resolves after `ms`, or at once when the signal is aborted. */
export function pause(runtime: Runtime, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve()
    const end = (): void => {
      timer.cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = runtime.setTimer(ms, end)
    signal?.addEventListener('abort', end)
  })
}
