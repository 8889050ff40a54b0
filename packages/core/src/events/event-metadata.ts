import { MicroError } from '../errors/micro-error.ts'
import type { RecordedEvent } from '../ports/event-store.ts'
import type { JsonObject } from '../values/json.ts'

/** The stored format that this version writes, and the highest that it reads. */
export const EVENT_FORMAT = 1

/** Metadata of an event that this framework wrote; see `docs/reference/events.md`. It is a format for ever. */
export interface EventMetadata {
  readonly format: number
  readonly commandId: string
  readonly correlationId: string
  /** Id of the call whose handler sent this one. */
  readonly causationId?: string
  /** Who asked; absent for anonymous callers. */
  readonly subject?: string
  readonly service: string
  readonly rule: string
  readonly ruleVersion: number
  readonly ruleHash: string
  readonly eventVersion: number
  /** Place of the event in its append, and how many events that append has, counted write by write. */
  readonly index: number
  readonly count: number
  /** Keyed digest of the command's payload; absent where the payload held a secret. */
  readonly payloadDigest?: string
  /** The rule author's own. */
  readonly user?: JsonObject
}

/** The metadata of an event of ours; `undefined` for a stranger's. */
export function metadataOf(event: Pick<RecordedEvent, 'metadata'>): EventMetadata | undefined {
  const { format, commandId, service, index, count } = event.metadata
  const isOurs =
    typeof format === 'number' &&
    typeof commandId === 'string' &&
    typeof service === 'string' &&
    typeof index === 'number' &&
    typeof count === 'number'
  return isOurs ? (event.metadata as object as EventMetadata) : undefined
}

/** The service that wrote an event; `undefined` for a stranger's. */
export function serviceOf(event: Pick<RecordedEvent, 'metadata'>): string | undefined {
  return metadataOf(event)?.service
}

/**
 * A log with events of a later format cannot be understood, and ignoring them would make models and decisions wrong.
 *
 * @throws MicroError `MICRO_NOT_SUPPORTED`, fatal
 */
export function assertReadable(event: Pick<RecordedEvent, 'metadata' | 'position'>): void {
  const { format } = event.metadata
  if (typeof format !== 'number' || format <= EVENT_FORMAT || serviceOf(event) === undefined) return
  throw new MicroError(
    'MICRO_NOT_SUPPORTED',
    `The event at position ${event.position} is stored in format ${format}; this version reads up to ${EVENT_FORMAT}. Use a newer version of @micro/core.`,
    { fatal: true },
  )
}

/** Index of the first event of the append that wrote `events[at]`; a stranger's event stands alone. */
export function startOfAppend(events: readonly RecordedEvent[], at: number): number {
  let start = at
  while (start > 0 && (metadataOf(events[start] as RecordedEvent)?.index ?? 0) > 0) start--
  return start
}
