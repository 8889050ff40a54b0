import { assertReadable, metadataOf } from '../events/event-metadata.ts'
import type { EventStore, Position } from '../ports/event-store.ts'
import type { Journal } from './journal.ts'

export interface ReadJournalOptions {
  readonly store: EventStore
  readonly service: string
  /** The tail begins here; everything before is read backwards. */
  readonly before: Position
  readonly commands: number
  readonly mostEvents: number
}

/**
 * Fills the journal with the service's commands before the tail's beginning: backwards until there are enough, or so many
 * events have been read.
 */
export async function readJournal(journal: Journal, options: ReadJournalOptions): Promise<void> {
  const { store, service, before, commands, mostEvents } = options
  if (before === 0) return
  const found: [commandId: string, position: Position][] = []
  let read = 0
  for await (const events of store.readAll({ after: before + 1, direction: 'backwards' })) {
    for (const event of events) {
      assertReadable(event)
      const metadata = metadataOf(event)
      if (metadata !== undefined && metadata.index === 0 && metadata.service === service)
        found.push([metadata.commandId, event.position])
    }
    read += events.length
    if (found.length >= commands || read >= mostEvents) break
  }
  // Oldest first, so that the newest are the last to be forgotten.
  for (const [commandId, position] of found.reverse()) journal.add(commandId, position)
}
