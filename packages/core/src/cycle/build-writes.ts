import { EVENT_FORMAT, type EventMetadata } from '../events/event-metadata.ts'
import { eventIdOf } from '../ids/command-id.ts'
import type { NewEvent, StreamWrite } from '../ports/event-store.ts'
import type { ErasedProposedEvent } from '../sheets/rule.ts'
import { sealEventData } from '../values/event-data.ts'
import type { JsonObject } from '../values/json.ts'
import { sealMade } from '../values/seal-made.ts'
import type { Call } from './call.ts'
import type { Captured } from './capture.ts'
import type { Command } from './command.ts'
import type { NamedStreams } from './name-streams.ts'

/**
 * The append of a decision: for each named stream its events, or a guard where it has none, at the captured revisions.
 *
 * @throws TypeError for a mistake of the rule: an event that its contract does not have, or for a stream it did not name
 */
export function buildWrites(
  command: Command,
  call: Call,
  streams: NamedStreams,
  { revisions }: Captured,
  proposed: readonly ErasedProposedEvent[],
  payloadDigest: string | undefined,
): readonly StreamWrite[] {
  const byStream = streams.names.map((): ErasedProposedEvent[] => [])
  for (const event of proposed) byStream[placeOf(event, command, streams)]?.push(checked(event, command))
  const time = command.instance.timestamp.now()
  let index = 0
  return streams.stored.map((stream, at) => {
    const events = (byStream[at] ?? []).map((event): NewEvent => {
      const metadata = metadataFor(command, call, index, proposed.length, payloadDigest, event.user)
      return {
        id: eventIdOf(call.commandId, index++),
        type: event.type,
        data: event.data as JsonObject,
        time,
        metadata,
      }
    })
    return { stream, expected: revisions[at] ?? 'no-stream', events }
  })
}

/** Guards of all named streams at the captured revisions. */
export function guardsOf(streams: NamedStreams, { revisions }: Captured): readonly StreamWrite[] {
  return streams.stored.map((stream, at) => ({ stream, expected: revisions[at] ?? 'no-stream' }))
}

function placeOf(event: ErasedProposedEvent, { endpoint }: Command, { names }: NamedStreams): number {
  if (typeof event !== 'object' || event === null)
    throw new TypeError(`"${endpoint.name}": an event is an object { type, data }`)
  if (event.stream === undefined) {
    if (names.length === 1) return 0
    throw new TypeError(
      names.length === 0
        ? `"${endpoint.name}": a rule with events needs a stream: (payload) => name`
        : `"${endpoint.name}": with several streams each event says its own: { type, data, stream }`,
    )
  }
  const place = names.indexOf(event.stream)
  if (place === -1)
    throw new TypeError(`"${endpoint.name}": an event names the stream "${event.stream}", which the rule does not`)
  return place
}

function checked(event: ErasedProposedEvent, { endpoint }: Command): ErasedProposedEvent {
  const validate = endpoint.events.get(event.type)
  if (validate === undefined)
    throw new TypeError(`"${endpoint.name}": the event "${String(event.type)}" is not among those that the rule emits`)
  const what = `the data of the event "${event.type}"`
  const data = sealEventData(sealMade(event.data, what), what)
  const problem = validate(data)?.[0]
  if (problem !== undefined)
    throw new TypeError(`"${endpoint.name}": ${what} is not as its schema says: ${problem.path} ${problem.message}`)
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new TypeError(`"${endpoint.name}": ${what} must be an object`)
  return event.user === undefined
    ? { ...event, data }
    : { ...event, data, user: sealMade(event.user, `the user metadata of "${event.type}"`) as JsonObject }
}

function metadataFor(
  { endpoint, instance }: Command,
  call: Call,
  index: number,
  count: number,
  payloadDigest: string | undefined,
  user: JsonObject | undefined,
): JsonObject {
  const { causationId, identity } = call
  // Member by member: spreading what may be absent takes as long as all of this.
  const metadata: { -readonly [Member in keyof EventMetadata]: EventMetadata[Member] } = {
    format: EVENT_FORMAT,
    commandId: call.commandId,
    correlationId: call.correlationId,
    service: instance.host.service,
    rule: endpoint.name,
    ruleVersion: endpoint.rule.version,
    ruleHash: endpoint.ruleHash,
    eventVersion: 1,
    index,
    count,
  }
  if (causationId !== undefined) metadata.causationId = causationId
  if (identity.subject !== undefined) metadata.subject = identity.subject
  if (payloadDigest !== undefined) metadata.payloadDigest = payloadDigest
  if (user !== undefined) metadata.user = user
  return Object.freeze(metadata) as object as JsonObject
}
