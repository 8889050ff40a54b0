import type { Logger } from '../ports/logger.ts'
import type { Load } from '../ports/module.ts'
import type { Act } from './act.ts'
import type { Identity } from './identity.ts'

/** What every handler gets: who asks, how much time is left, and what may be called. */
export interface Context {
  /**
   * Calls another action; inherits identity, deadline, correlation id and positions. In `authorize`, `validate` and
   * `events` it reaches views only: a command or a plain action is a `TypeError` there.
   */
  readonly act: Act
  readonly identity: Identity
  /** Aborted when the caller's time is over or it has gone. Made when first asked for. */
  readonly signal: AbortSignal
  /** When the caller's time is over, milliseconds since 1970. */
  readonly deadline: number
  /** Adds service, action, correlation id and command id to each line. */
  readonly log: Logger
  /** APIs of the loaded modules. */
  readonly load: Load
  /** Wall clock, milliseconds since 1970. */
  readonly now: () => number
  readonly correlationId: string
  /** Id of this command in the log: the same for every repeat. */
  readonly commandId: string
  /** An id derived from `commandId` and a name: a repeat gets the same one. For keys that the service makes. */
  readonly newId: (name: string) => string
}
