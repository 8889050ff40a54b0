import { metadataOf, type RecordedEvent } from '@micro/core'

/** Events in the appends that made them, told by what they say of themselves; a stranger's event is one by itself. */
export function appendsOf(events: readonly RecordedEvent[]): readonly (readonly RecordedEvent[])[] {
  const appends: RecordedEvent[][] = []
  for (const event of events) {
    const metadata = metadataOf(event)
    const last = appends.at(-1)
    if (metadata === undefined || metadata.index === 0 || last === undefined) appends.push([event])
    else last.push(event)
  }
  return appends
}
