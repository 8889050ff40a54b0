import type { AppendView, StoredEvent } from '@micro/core'
import type { Database } from './database.ts'
import { COLUMNS, type EventRows } from './event-row.ts'
import type { StreamHeads } from './stream-heads.ts'
import type { StreamTable } from './stream-table.ts'

/** What core decides an append on, asked of the file inside the write transaction. */
export type AppendChecks = AppendView

export function createAppendChecks(
  database: Database,
  rows: EventRows,
  streams: StreamTable,
  heads: StreamHeads,
): AppendChecks {
  const withId = `SELECT ${COLUMNS} FROM events WHERE id = ?`
  const between = `SELECT ${COLUMNS} FROM events WHERE position BETWEEN ? AND ? ORDER BY position`
  const before = 'SELECT revision FROM events WHERE stream = ? AND position < ? ORDER BY revision DESC LIMIT 1'
  return {
    uniqueEventIds: true,
    revisionOf: (stream) => heads.of(stream).revision,
    revisionBefore(name, position) {
      const stream = streams.find(name)
      const row = stream === undefined ? undefined : database.get(before, stream.number, position)
      return row === undefined ? 'no-stream' : (row[0] as number)
    },
    appendWithId(id): readonly StoredEvent[] | undefined {
      const row = database.get(withId, id)
      if (row === undefined) return undefined
      const { position, ordinal, size } = rows.check(row)
      const first = position - ordinal
      return database.all(between, first, first + size - 1).map((stored) => rows.check(stored))
    },
    appendAt: () => undefined,
  }
}
