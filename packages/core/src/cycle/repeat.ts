import { MicroError } from '../errors/micro-error.ts'
import { metadataOf } from '../events/event-metadata.ts'
import type { Position, RecordedEvent } from '../ports/event-store.ts'
import type { Command } from './command.ts'

/** The events of the append whose first event stands at this position. */
export async function readAppendBeginningAt({ instance }: Command, first: Position): Promise<readonly RecordedEvent[]> {
  for await (const batch of instance.store.readAll({ after: first - 1, maxCount: 1 })) {
    const start = batch.findIndex(({ position }) => position === first)
    const count = start === -1 ? undefined : metadataOf(batch[start] as RecordedEvent)?.count
    if (count !== undefined) return batch.slice(start, start + count)
  }
  throw notThere(first)
}

/** The events of the append whose last event stands at this position. */
export async function readAppendEndingAt({ instance }: Command, last: Position): Promise<readonly RecordedEvent[]> {
  for await (const backwards of instance.store.readAll({ after: last + 1, direction: 'backwards', maxCount: 1 })) {
    const [event] = backwards
    const count = event?.position === last ? metadataOf(event)?.count : undefined
    if (count !== undefined) return backwards.slice(0, count).reverse()
  }
  throw notThere(last)
}

function notThere(position: Position): MicroError {
  return new MicroError(
    'MICRO_STORE_CORRUPT',
    `The log does not have the command that it had at position ${position}.`,
    {
      details: { place: `position ${position}` },
    },
  )
}

/** Digest of the payload that an event's command had; `undefined` where the payload held a secret. */
export function recordedDigest(event: RecordedEvent): string | undefined {
  return metadataOf(event)?.payloadDigest
}

export function idReused({ endpoint }: Command): MicroError {
  return new MicroError(
    'MICRO_ID_REUSED',
    `This command id was used for another payload of "${endpoint.name}". Use a new id.`,
  )
}

/** What a repeat gets where replies hold secrets, or where the log cannot tell whether the payload is the same. */
export function repeatRefused({ endpoint }: Command): MicroError {
  return new MicroError(
    'MICRO_DUPLICATE',
    `"${endpoint.name}" with this command id is done already; its answer is given only once.`,
    {
      outcome: 'done',
    },
  )
}
