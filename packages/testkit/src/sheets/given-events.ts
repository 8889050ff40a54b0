import {
  compileSchema,
  EVENT_FORMAT,
  type EventStore,
  type JsonObject,
  type Runtime,
  sealJson,
  toJsonSchema,
} from '@micro/core'
import { eventSchema, type SourceParts } from './source-parts.ts'

/** An event that has happened before a scenario begins, with its types erased. */
export interface PlainGivenEvent {
  readonly stream: string
  readonly type: string
  readonly data: unknown
  readonly service?: string | undefined
  readonly time?: string | undefined
  readonly user?: JsonObject | undefined
}

export interface RecordGivenOptions {
  readonly parts: SourceParts
  readonly store: EventStore
  readonly runtime: Runtime
}

/**
 * Records the events in the stored format, each as a command of its own.
 *
 * @throws TypeError for an event that no sheet defines, or whose data is not as its schema says
 */
export async function recordGiven(events: readonly PlainGivenEvent[], options: RecordGivenOptions): Promise<void> {
  const { parts, store, runtime } = options
  for (const [place, event] of events.entries()) {
    const service = event.service ?? parts.name
    const data = checkedData(event, service, place, parts)
    const id = runtime.newId()
    const metadata: JsonObject = {
      format: EVENT_FORMAT,
      commandId: id,
      correlationId: id,
      service,
      rule: 'given',
      ruleVersion: 1,
      ruleHash: '',
      eventVersion: 1,
      index: 0,
      count: 1,
      ...(event.user === undefined ? undefined : { user: event.user }),
    }
    const time = event.time ?? new Date(runtime.now()).toISOString()
    await store.append([
      {
        stream: `${service}/${event.stream}`,
        expected: 'any',
        events: [{ id, type: event.type, data, time, metadata }],
      },
    ])
  }
}

function checkedData(
  { type, data: given }: PlainGivenEvent,
  service: string,
  place: number,
  parts: SourceParts,
): JsonObject {
  const what = `given event ${place}, "${type}"`
  const schema = eventSchema(parts, service, type)
  if (schema === undefined)
    throw new TypeError(`${what}: no sheet of "${parts.name}" defines this event of "${service}" (defineEvents)`)
  const data = sealJson(given, `the data of ${what}`)
  const problem = compileSchema(toJsonSchema(schema, what), what)(data)?.[0]
  if (problem !== undefined)
    throw new TypeError(`${what}: its data is not as its schema says: ${problem.path} ${problem.message}`)
  return data as JsonObject
}
