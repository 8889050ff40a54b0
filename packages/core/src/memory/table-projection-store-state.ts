import { MicroError } from '../errors/micro-error.ts'
import type {
  Generation,
  GenerationCheckpoint,
  ModelTable,
  ProjectionCommit,
  Row,
  RowChange,
} from '../ports/projection-store.ts'
import type { Position } from '../ports/event-store.ts'
import type { JsonValue } from '../values/json.ts'
import type { CreateRowTable, RowTable } from './row-table.ts'

interface GenerationState {
  readonly tables: Map<string, RowTable>
  /** Of the last event applied; 0 and '' before the first. */
  position: Position
  eventId: string
}

/** Somebody who waits for a checkpoint; `look` ends the wait when it is reached or never will be. */
export interface Waiter {
  look(): void
}

/** One projection: its generations, which of them is read, and who waits for its checkpoint. */
export interface ProjectionState {
  active: number | undefined
  readonly generations: Map<number, GenerationState>
  readonly waiters: Set<Waiter>
}

export function projectionState(): ProjectionState {
  return { active: undefined, generations: new Map(), waiters: new Set() }
}

/** In one turn: all of the commit, or, thrown, nothing of it. */
export function applyCommit(
  state: ProjectionState | undefined,
  generation: Generation,
  commit: ProjectionCommit,
): void {
  const found = state?.generations.get(generation.generation)
  if (state === undefined || found === undefined) throw notFound(generation)
  const { previous, next, changes } = commit
  if (isAt(found, next.position, next.eventId)) return
  if (!isAt(found, previous?.position ?? 0, previous?.eventId ?? ''))
    throw new MicroError('MICRO_CONFLICT', `Another applier of "${generation.projection}" was first.`)
  // Every table is found before the first row changes.
  const changesByTable = new Map<RowTable, RowChange[]>()
  for (const change of changes) {
    const table = tableOf(found, change.model)
    const own = changesByTable.get(table)
    // Rows from core are sealed, frozen to the bottom; any other is kept as a frozen copy, its maker keeps the original.
    const isOpen = change.kind === 'put' && !Object.isFrozen(change.row)
    const kept = isOpen ? { ...change, row: frozenCopy(change.row) as Row } : change
    if (own === undefined) changesByTable.set(table, [kept])
    else own.push(kept)
  }
  for (const [table, own] of changesByTable) table.apply(own)
  found.position = next.position
  found.eventId = next.eventId
  lookAll(state)
}

export function prepareGeneration(
  state: ProjectionState,
  generation: number,
  models: readonly ModelTable[],
  createTable: CreateRowTable,
): void {
  let found = state.generations.get(generation)
  if (found === undefined) {
    found = { tables: new Map(), position: 0, eventId: '' }
    state.generations.set(generation, found)
  }
  for (const model of models) {
    const table = found.tables.get(model.model)
    if (table === undefined) found.tables.set(model.model, createTable(model))
    else table.addIndexes(model.indexes)
  }
}

export function activateGeneration(state: ProjectionState | undefined, generation: Generation): void {
  const found = state?.generations.get(generation.generation)
  if (state === undefined || found === undefined) throw notFound(generation)
  if (state.active === generation.generation) return
  const active = state.active === undefined ? undefined : state.generations.get(state.active)
  if (active !== undefined && active.position > found.position)
    throw new MicroError('MICRO_CONFLICT', `The active generation of "${generation.projection}" is ahead of this one.`)
  state.active = generation.generation
  lookAll(state)
}

export function dropGeneration(state: ProjectionState, generation: Generation): void {
  if (state.active === generation.generation)
    throw new MicroError('MICRO_CONFLICT', `The active generation of "${generation.projection}" cannot be dropped.`)
  state.generations.delete(generation.generation)
  lookAll(state)
}

export function checkpointOf(
  state: ProjectionState | undefined,
  generation: number | undefined,
): GenerationCheckpoint | undefined {
  const wanted = generation ?? state?.active
  const found = wanted === undefined ? undefined : state?.generations.get(wanted)
  if (wanted === undefined || found === undefined) return undefined
  return { position: found.position, eventId: found.eventId, generation: wanted }
}

/** The table to read from; nothing there is an error, as an empty answer would be rows going backwards. */
export function findTable(state: ProjectionState | undefined, generation: number | undefined, model: string): RowTable {
  const wanted = generation ?? state?.active
  const found = wanted === undefined ? undefined : state?.generations.get(wanted)
  if (found === undefined)
    throw new MicroError('MICRO_NOT_FOUND', `There is no such generation to read "${model}" from.`)
  return tableOf(found, model)
}

function tableOf(generation: GenerationState, model: string): RowTable {
  const table = generation.tables.get(model)
  if (table === undefined) throw new MicroError('MICRO_NOT_FOUND', `No table was prepared for the model "${model}".`)
  return table
}

function notFound({ projection, generation }: Generation): MicroError {
  return new MicroError(
    'MICRO_NOT_FOUND',
    `Generation ${generation} of "${projection}" was never prepared, or dropped.`,
  )
}

function isAt(state: GenerationState, position: Position, eventId: string): boolean {
  return state.position === position && state.eventId === eventId
}

function lookAll(state: ProjectionState): void {
  for (const waiter of state.waiters) waiter.look()
}

function frozenCopy(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy))
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, member]) => [key, frozenCopy(member)])))
}
