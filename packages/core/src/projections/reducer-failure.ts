import type { RecordedEvent } from '../ports/event-store.ts'

/** A reducer failed on this event, or recorded a change that its model cannot take. */
export class ReducerFailure extends Error {
  readonly event: RecordedEvent

  constructor(event: RecordedEvent, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.name = 'ReducerFailure'
    this.event = event
  }
}
