import type { MicroError } from '@micro/core'
import type { PortalLogger } from '../options.ts'

/** Within this time one fault of a kind is written down; the others are counted. */
const QUIET_MS = 10_000

/** Writes down what clients are not told. A fault that every request meets fills no disk. */
export class FaultLog {
  readonly #logger: PortalLogger
  readonly #kinds = new Map<string, { quietUntil: number; unwritten: number }>()

  constructor(logger: PortalLogger) {
    this.#logger = logger
  }

  /** A service's error whose message stays inside. */
  hidden(error: MicroError, correlationId: string): void {
    // The one is logged where it happened, with its stack; the other is a client that has gone.
    if (error.code === 'MICRO_INTERNAL' || error.code === 'MICRO_CANCELLED') return
    this.#once(`${error.code} ${error.service ?? ''}`, (unwritten) => {
      const { code, message, service, outcome } = error
      this.#logger.warn({ code, service, outcome, correlationId, unwritten }, message)
    })
  }

  /** Something that the portal did not expect. */
  own(err: unknown, correlationId: string | undefined): void {
    const kind = err instanceof Error ? `${err.name} ${err.message}` : String(err)
    this.#once(kind, (unwritten) => this.#logger.error({ err, correlationId, unwritten }, 'the portal failed'))
  }

  #once(kind: string, write: (unwritten: number) => void): void {
    const now = performance.now()
    const known = this.#kinds.get(kind)
    if (known !== undefined && now < known.quietUntil) {
      known.unwritten++
      return
    }
    if (this.#kinds.size >= 1_000) this.#kinds.clear()
    this.#kinds.set(kind, { quietUntil: now + QUIET_MS, unwritten: 0 })
    write(known?.unwritten ?? 0)
  }
}
