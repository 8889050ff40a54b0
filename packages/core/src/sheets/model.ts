import type { FindOptions, Query, RowKey } from '../ports/projection-store.ts'
import type { Infer, Schema } from '../schema/schema.ts'
import { checkObject, shown } from '../values/shown.ts'

/** What can be read: rows of one shape, found by their key or by declared indexes. */
export interface ModelDefinition<Row = unknown> {
  readonly sheet: 'model'
  readonly name: string
  /** The property that holds a row's key, a string. */
  readonly key: string
  readonly schema: Schema
  readonly indexes: readonly string[]
  /** Only for the type checker; never there at run time. */
  readonly '~types'?: Row
}

export interface ModelOptions<S extends Schema> {
  readonly key: Extract<keyof Infer<S>, string>
  readonly schema: S
  /** Properties that are searched or sorted by. @default [] */
  readonly indexes?: readonly Extract<keyof Infer<S>, string>[]
}

/** @example defineModel('account', { key: 'id', schema: AccountSchema, indexes: ['owner'] }) */
export function defineModel<const S extends Schema>(name: string, options: ModelOptions<S>): ModelDefinition<Infer<S>> {
  checkObject(options, `Model ${shown(name)}: options`)
  const { key, schema, indexes = [] } = options
  if (!Array.isArray(indexes))
    throw new TypeError(`Model ${shown(name)}: indexes must be an array, not ${shown(indexes)}`)
  return Object.freeze({ sheet: 'model', name, key, schema, indexes: Object.freeze([...indexes]) })
}

/** Models by the local names a sheet gives them. */
export type Models = Readonly<Record<string, ModelDefinition>>

/** The row type of a model definition. */
export type RowOf<M> = M extends ModelDefinition<infer Row> ? Row : never

/** Reads one model. Rows are frozen. */
export interface ModelReader<Row> {
  /** The row with this key, or `undefined`. */
  get(key: RowKey): Promise<Row | undefined>
  /** @throws MicroError `MICRO_NOT_FOUND` when there is no row with this key */
  require(key: RowKey): Promise<Row>
  /** Rows that match; see `docs/reference/queries.md`. Objects of the payload are compared literally, never as operators. */
  find(query: Query, options?: Pick<FindOptions, 'sort' | 'limit' | 'skip'>): Promise<readonly Row[]>
  count(query: Query): Promise<number>
}

export type ModelReaders<M extends Models> = { readonly [Name in keyof M]: ModelReader<RowOf<M[Name]>> }

/**
 * What a reducer changes one model with. Changes are recorded in order and return nothing; `get` and `find` see what was
 * recorded. A reducer that only records costs no promise per event.
 */
export interface ModelWriter<Row> {
  /** Adds a row; halts the projection when the key is taken. */
  insert(row: Row): void
  /** Adds or replaces a row. */
  put(row: Row): void
  /** Replaces a row by what `change` makes of it; halts the projection when there is none. */
  update(key: RowKey, change: (row: Row) => Row): void
  /** Adds or replaces a row by what `change` makes of the one that is there, if any. */
  upsert(key: RowKey, change: (row: Row | undefined) => Row): void
  /** Removes a row; nothing happens when there is none. */
  remove(key: RowKey): void
  get(key: RowKey): Promise<Row | undefined>
  find(query: Query, options?: Pick<FindOptions, 'sort' | 'limit' | 'skip'>): Promise<readonly Row[]>
}

export type ModelWriters<M extends Models> = { readonly [Name in keyof M]: ModelWriter<RowOf<M[Name]>> }
