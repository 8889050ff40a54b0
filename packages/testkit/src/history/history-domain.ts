import type { Position, RecordedEvent } from '@micro/core'
import type { Acknowledged, HistoryCall, Refused } from './history-call.ts'

/** A value that an answer shows, and where it stands in the state. */
export interface Observation<State> {
  readonly what: string
  readonly value: unknown
  readonly read: (state: State) => unknown
}

/** A small model of what the services under test do, worked out without them. */
export interface HistoryDomain<State> {
  readonly initial: State
  /** The state after an event; changes nothing of the state before. */
  apply(state: State, event: RecordedEvent): State
  /** Names of the actions that only read. */
  readonly views: readonly string[]
  /** Whether a refusal by a rule is right in this state. */
  mayRefuse(call: HistoryCall, refusal: Refused, state: State): boolean
  /** Whether a command may be acknowledged without events in this state. @default never */
  mayDoNothing?: ((call: HistoryCall, state: State) => boolean) | undefined
  /** What an answer shows of the state. @default nothing */
  observations?: ((call: HistoryCall, answer: Acknowledged) => readonly Observation<State>[]) | undefined
  /** Ids of the events that an answer says are its command's, where it says so. @default it does not */
  eventIds?: ((call: HistoryCall, answer: Acknowledged) => readonly string[] | undefined) | undefined
  /** Whether these events may be a command's with this payload. @default they may */
  mayHaveWritten?: ((call: HistoryCall, events: readonly RecordedEvent[]) => boolean) | undefined
}

export interface CheckHistoryOptions<State> {
  readonly calls: readonly HistoryCall[]
  /** The whole log, from its first event on. */
  readonly log: readonly RecordedEvent[]
  readonly domain: HistoryDomain<State>
  /** Position up to which nobody but the recorded calls wrote. @default the end of the log */
  readonly completeUntil?: Position | undefined
}
