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

interface Operation {
  readonly kind: 'insert' | 'put' | 'update' | 'upsert' | 'remove'
  readonly key: RowKey
  readonly row?: Row
  readonly change?: (row: Row | undefined) => unknown
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
  /** Rows as the batch has left them; a key that is not there was not fetched yet. */
  readonly #rows = new Map<RowKey, Row | undefined>()
  readonly #changed = new Set<RowKey>()
  #recorded: Operation[] = []

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
    // `#rowAfter` sees to it that there is a row.
    const onRow = (row: Row | undefined): Row => change(row as Row)
    this.#record({ kind: 'update', key: checkedKey(key, this.#model), change: onRow, event: this.#current.event })
  }

  upsert(key: RowKey, change: (row: Row | undefined) => Row): void {
    this.#record({ kind: 'upsert', key: checkedKey(key, this.#model), change, event: this.#current.event })
  }

  remove(key: RowKey): void {
    this.#record({ kind: 'remove', key: checkedKey(key, this.#model), event: this.#current.event })
  }

  async get(key: RowKey): Promise<Row | undefined> {
    await this.fold([key])
    return this.#rows.get(key)
  }

  async find(query: Query, options: Pick<FindOptions, 'sort' | 'limit' | 'skip'> = {}): Promise<readonly Row[]> {
    const guarded = guardData(query)
    await this.fold()
    const stored = await this.#store.find(this.#table, guarded)
    const { matches } = compileQuery(guarded)
    const untouched = stored.filter((row) => !this.#changed.has(row[this.#model.key] as string))
    const touched = Array.from(this.#changed, (key) => this.#rows.get(key))
      .filter((row) => row !== undefined)
      .filter(matches)
    return orderAndPage([...untouched, ...touched], options, this.#model.key)
  }

  /** Fetches the rows that the recorded changes (and `also`) need and applies the changes in order. */
  async fold(also: readonly RowKey[] = []): Promise<void> {
    const missing = this.#missingKeys(also)
    if (missing.length > 0) {
      const rows = await this.#store.get(this.#table, missing)
      missing.forEach((key, index) => this.#rows.set(key, rows[index]))
    }
    const recorded = this.#recorded
    this.#recorded = []
    for (const operation of recorded) this.#apply(operation)
  }

  /** One change for each row that differs from the store's; call after `fold`. */
  changes(): RowChange[] {
    return Array.from(this.#changed, (key): RowChange => {
      const row = this.#rows.get(key)
      const { model } = this.#model
      return row === undefined ? { kind: 'remove', model, key } : { kind: 'put', model, key, row }
    })
  }

  #recordRow(kind: 'insert' | 'put', given: Row): void {
    const row = sealRow(given, this.#model)
    this.#record({ kind, key: row[this.#model.key] as string, row, event: this.#current.event })
  }

  #record(operation: Operation): void {
    this.#recorded.push(operation)
  }

  #missingKeys(also: readonly RowKey[]): RowKey[] {
    const missing = new Set<RowKey>()
    const settled = new Set<RowKey>()
    for (const { kind, key } of this.#recorded) {
      // What is replaced or removed first need not be known.
      if (kind === 'put' || kind === 'remove') settled.add(key)
      else if (!settled.has(key) && !this.#rows.has(key)) missing.add(key)
    }
    for (const key of also) if (!settled.has(key) && !this.#rows.has(key)) missing.add(key)
    return [...missing]
  }

  #apply(operation: Operation): void {
    const { key } = operation
    const before = this.#rows.get(key)
    const after = this.#rowAfter(operation, before)
    if (after === before && before !== undefined) return
    this.#rows.set(key, after)
    this.#changed.add(key)
  }

  #rowAfter({ kind, key, row, change, event }: Operation, before: Row | undefined): Row | undefined {
    const { model } = this.#model
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
      case 'upsert':
        if (before === undefined && kind === 'update')
          throw new ReducerFailure(event, `update: there is no ${model} "${key}"`)
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
