import type { EventStore } from '../ports/event-store.ts'
import type { ProjectionStore } from '../ports/projection-store.ts'
import type { Host } from '../ports/provider.ts'
import type { ProjectionRunner } from '../projections/projection-runner.ts'
import type { Appends } from './appends.ts'
import type { Deadlines } from './deadlines.ts'
import type { Heads } from './heads.ts'
import type { Journal } from './journal.ts'
import type { KeptReplies } from './kept-replies.ts'
import type { Lanes } from './lanes.ts'
import type { Slots } from './slots.ts'
import type { Tail } from './tail.ts'
import type { Timestamp } from './timestamp.ts'
import type { Turns } from './turns.ts'
import type { UnknownOutcomes } from './unknown-outcomes.ts'

/** What carries calls, whether or not they touch the log. */
export interface CallCarrier {
  readonly host: Host
  readonly slots: Slots
  /** Of every call under way that did not answer at once. */
  readonly deadlines: Deadlines
  readonly turns: Turns
  /** Ids in the log of commands that were handed over and not answered for yet. */
  readonly unknown: UnknownOutcomes
  /** Counts reads of rows and calls of views, so that a refusal is known to have read nothing. */
  readonly reads: { count: number }
}

/** The parts of the command cycle of one running instance, each with one job. */
export interface Instance extends CallCarrier {
  readonly store: EventStore
  readonly projections: ProjectionStore
  readonly tail: Tail
  readonly heads: Heads
  readonly journal: Journal
  readonly lanes: Lanes
  readonly appends: Appends
  readonly replies: KeptReplies
  readonly timestamp: Timestamp
  /** Module → the runner of its models. */
  readonly runners: ReadonlyMap<string, ProjectionRunner>
}
