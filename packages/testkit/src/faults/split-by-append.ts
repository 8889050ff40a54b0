import type { RecordedEvent, SubscriptionBatch } from '@micro/core'

/**
 * The same events in as many batches as there were appends; the last one brings what the batch said beside its events. A
 * stranger's event does not tell where its append begins, and stays with the one before.
 */
export function splitByAppend(batch: SubscriptionBatch): readonly SubscriptionBatch[] {
  const appends: RecordedEvent[][] = []
  for (const event of batch.events) {
    const last = appends.at(-1)
    if (last === undefined || event.metadata['index'] === 0) appends.push([event])
    else last.push(event)
  }
  if (appends.length < 2) return [batch]
  return appends.map((events, at) =>
    at === appends.length - 1
      ? { ...batch, events }
      : { events, position: events.at(-1)?.position ?? batch.position, caughtUp: false },
  )
}
