import type { RecordedEvent } from '../ports/event-store.ts'
import type {
  FindOptions,
  ModelTable,
  ProjectionStore,
  Query,
  Row,
  RowChange,
  RowKey,
  Table,
} from '../ports/projection-store.ts'
import { compileQuery } from '../query/compile-query.ts'
import { guardData } from '../query/guard-data.ts'
import { orderAndPage } from '../query/order-and-page.ts'
import type { ModelWriter } from '../sheets/model.ts'
import { sealJson } from '../values/seal-json.ts'
import { ReducerFailure } from './reducer-failure.ts'

/** One row as the batch has left it. */
interface Entry {
  readonly key: RowKey
  row: Row | undefined
  /** `known`: the row was fetched, or need not be, because what was recorded first replaces or removes it. */
  state: 'unknown' | 'awaited' | 'known'
  isChanged: boolean
}

/** Of an `update` it is given a row only. */
type Change = (row: Row | undefined) => unknown

interface Operation {
  readonly kind: 'insert' | 'put' | 'update' | 'upsert' | 'remove'
  readonly entry: Entry
  readonly row: Row | undefined
  readonly change: Change | undefined
  readonly event: RecordedEvent
}

/** Tells which event a change is recorded for. */
export interface CurrentEvent {
  event: RecordedEvent
}

/**
 * What a batch changes in one model, on top of the store's rows. Changes are recorded first and folded row by row once the
 * rows they name have been fetched, all with one `get`; reading inside a reducer folds what was recorded so far.
 */
export class ModelOverlay implements ModelWriter<Row> {
  readonly #store: ProjectionStore
  readonly #table: Table
  readonly #model: ModelTable
  readonly #current: CurrentEvent
  readonly #entries = new Map<RowKey, Entry>()
  readonly #changed: Entry[] = []
  /** Entries whose rows are still to be fetched. */
  #awaited: Entry[] = []
  #recorded: Operation[] = []
  /** A change that cannot be made spoils all after it, though a reducer may have caught the error. */
  #failure: { readonly error: unknown } | undefined

  constructor(store: ProjectionStore, table: Table, model: ModelTable, current: CurrentEvent) {
    this.#store = store
    this.#table = table
    this.#model = model
    this.#current = current
  }

  insert(row: Row): void {
    this.#recordRow('insert', row)
  }

  put(row: Row): void {
    this.#recordRow('put', row)
  }

  update(key: RowKey, change: (row: Row) => Row): void {
    this.#record('update', checkedKey(key, this.#model), undefined, change as Change)
  }

  upsert(key: RowKey, change: (row: Row | undefined) => Row): void {
    this.#record('upsert', checkedKey(key, this.#model), undefined, change)
  }

  remove(key: RowKey): void {
    this.#record('remove', checkedKey(key, this.#model), undefined, undefined)
  }

  async get(key: RowKey): Promise<Row | undefined> {
    const entry = this.#entryOf(key)
    this.#await(entry)
    await this.fold()
    return entry.row
  }

  async find(query: Query, options: Pick<FindOptions, 'sort' | 'limit' | 'skip'> = {}): Promise<readonly Row[]> {
    const guarded = guardData(query)
    await this.fold()
    const stored = await this.#store.find(this.#table, guarded)
    const { matches } = compileQuery(guarded)
    const untouched = stored.filter((row) => this.#entries.get(row[this.#model.key] as string)?.isChanged !== true)
    const touched = this.#changed
      .map(({ row }) => row)
      .filter((row) => row !== undefined)
      .filter(matches)
    return orderAndPage([...untouched, ...touched], options, this.#model.key)
  }

  /** Fetches the rows that the recorded changes need, and applies the changes in order. */
  async fold(): Promise<void> {
    // More may be recorded while rows are fetched.
    while (this.#awaited.length > 0) await this.#fetch([...this.#awaited])
    if (this.#failure !== undefined) throw this.#failure.error
    const recorded = this.#recorded
    this.#recorded = []
    try {
      for (const operation of recorded) this.#apply(operation)
    } catch (error) {
      this.#failure = { error }
      throw error
    }
  }

  /** One change for each row that differs from the store's; call after `fold`. */
  changes(): RowChange[] {
    const { model } = this.#model
    return this.#changed.map(({ key, row }) =>
      row === undefined ? { kind: 'remove', model, key } : { kind: 'put', model, key, row },
    )
  }

  #recordRow(kind: 'insert' | 'put', given: Row): void {
    const row = sealRow(given, this.#model)
    this.#record(kind, row[this.#model.key] as string, row, undefined)
  }

  #record(kind: Operation['kind'], key: RowKey, row: Row | undefined, change: Operation['change']): void {
    const entry = this.#entryOf(key)
    if (kind !== 'put' && kind !== 'remove') this.#await(entry)
    // What is replaced or removed first need not be known.
    else if (entry.state === 'unknown') entry.state = 'known'
    this.#recorded.push({ kind, entry, row, change, event: this.#current.event })
  }

  #entryOf(key: RowKey): Entry {
    let entry = this.#entries.get(key)
    if (entry === undefined)
      this.#entries.set(key, (entry = { key, row: undefined, state: 'unknown', isChanged: false }))
    return entry
  }

  #await(entry: Entry): void {
    if (entry.state !== 'unknown') return
    entry.state = 'awaited'
    this.#awaited.push(entry)
  }

  async #fetch(entries: readonly Entry[]): Promise<void> {
    const rows = await this.#store.get(
      this.#table,
      entries.map(({ key }) => key),
    )
    entries.forEach((entry, index) => {
      if (entry.state === 'known') return
      entry.row = rows[index]
      entry.state = 'known'
    })
    this.#awaited = this.#awaited.filter(({ state }) => state === 'awaited')
  }

  #apply(operation: Operation): void {
    const { entry } = operation
    const { row: before } = entry
    const after = this.#rowAfter(operation, before)
    if (after === before && before !== undefined) return
    entry.row = after
    if (entry.isChanged) return
    entry.isChanged = true
    this.#changed.push(entry)
  }

  #rowAfter({ kind, entry, row, change, event }: Operation, before: Row | undefined): Row | undefined {
    const { model } = this.#model
    const { key } = entry
    switch (kind) {
      case 'put':
        return row
      case 'remove':
        return undefined
      case 'insert':
        if (before !== undefined)
          throw new ReducerFailure(event, `insert: ${model} "${key}" exists already; use put to replace it`)
        return row
      case 'update':
        if (before === undefined) throw new ReducerFailure(event, `update: there is no ${model} "${key}"`)
        return this.#updated(before, key, change, event)
      case 'upsert':
        return this.#updated(before, key, change, event)
    }
  }

  #updated(before: Row | undefined, key: RowKey, change: Operation['change'], event: RecordedEvent): Row {
    try {
      const after = sealRow(change?.(before), this.#model)
      if (after[this.#model.key] !== key)
        throw new TypeError(`the key of ${this.#model.model} "${key}" must not change`)
      return after
    } catch (error) {
      throw new ReducerFailure(event, error)
    }
  }
}

function sealRow(given: unknown, { model, key }: ModelTable): Row {
  const row = sealJson(given, `the row of ${model}`)
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw new TypeError(`a row of ${model} is an object`)
  const object = row as Row
  if (typeof object[key] !== 'string') throw new TypeError(`a row of ${model} needs its key "${key}", a string`)
  return object
}

function checkedKey(key: unknown, { model }: ModelTable): RowKey {
  if (typeof key !== 'string') throw new TypeError(`a key of ${model} is a string, not ${typeof key}`)
  return key
}
