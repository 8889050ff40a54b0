import { type Checkpoint, type Generation, MicroError, type ProjectionCommit, type Row } from '@micro/core'
import type { ProjectionTables, StoredGeneration } from './projection-tables.ts'
import type { RowTable } from './row-table.ts'

interface PreparedChange {
  readonly model: string
  readonly key: string
  /** A put has the row and its JSON; a removal has none. */
  readonly put: { readonly row: Row; readonly text: string } | undefined
}

export interface PreparedCommit {
  readonly previous: Checkpoint | undefined
  readonly next: Checkpoint
  readonly changes: readonly PreparedChange[]
}

/** Turns rows into text in the turn of the call: what the caller changes afterwards changes nothing. */
export function prepareCommit({ previous, next, changes }: ProjectionCommit): PreparedCommit {
  return { previous: previous && { ...previous }, next: { ...next }, changes: changes.map(prepareChange) }
}

function prepareChange(change: ProjectionCommit['changes'][number]): PreparedChange {
  const { model, key } = change
  if (change.kind === 'remove') return { model, key, put: undefined }
  const text = JSON.stringify(change.row)
  // Rows from core are sealed, frozen to the bottom; of any other the text is what counts.
  const row = Object.isFrozen(change.row) ? change.row : (JSON.parse(text) as Row)
  return { model, key, put: { row, text } }
}

/**
 * Inside a write transaction: rows and checkpoint, if the checkpoint is what the commit builds on.
 *
 * @throws MicroError `MICRO_CONFLICT`, `MICRO_NOT_FOUND`, before anything is written
 */
export function applyCommit(tables: ProjectionTables, generation: Generation, commit: PreparedCommit): void {
  const found = tables.require(generation)
  const { previous, next, changes } = commit
  if (isAt(found, next)) return
  if (!isAt(found, previous ?? { position: 0, eventId: '' }))
    throw new MicroError('MICRO_CONFLICT', `Another applier of "${generation.projection}" was first.`)
  const opened = new Map<string, RowTable>()
  for (const { model } of changes) if (!opened.has(model)) opened.set(model, tables.rowsOf(found, model))
  for (const { model, key, put } of changes) {
    const rows = opened.get(model) as RowTable
    if (put === undefined) rows.remove(key)
    else rows.put(key, put.row, put.text)
  }
  tables.moveCheckpoint(found, next.position, next.eventId)
}

function isAt(found: StoredGeneration, { position, eventId }: Checkpoint): boolean {
  return found.position === position && found.eventId === eventId
}
