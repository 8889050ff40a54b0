import type {
  FindOptions,
  ModelDefinition,
  ModelWriter,
  Query,
  RecordedEvent,
  ReducerDefinition,
  Row,
  RowKey,
} from '@micro/core'
import type { Findings } from './findings.ts'
import { watchImpurity } from './impurity.ts'
import type { RowSources } from './row-sources.ts'

/** The same reducer; what it changes is noted with its event's stream, and what it may not ask is found. */
export function observeReducer(reducer: ReducerDefinition, sources: RowSources, findings: Findings): ReducerDefinition {
  const on = Object.entries(reducer.on).map(([type, handle]): [string, typeof handle] => [
    type,
    (event, models) => {
      const watched = <T>(run: () => T): T =>
        watchImpurity(run, (what) =>
          findings.add(
            `The reducer of "${type}" asks ${what}: the same events then give other rows when they are replayed. Take it from the event (event.time, event.data); what chance decides belongs in the rule.`,
          ),
        )
      return watched(() => handle(event, observedWriters(reducer, models, event, { sources, watched })))
    },
  ])
  return Object.freeze({ ...reducer, on: Object.freeze(Object.fromEntries(on)) })
}

interface Observers {
  readonly sources: RowSources
  readonly watched: <T>(run: () => T) => T
}

function observedWriters(
  { models: definitions }: ReducerDefinition,
  models: Readonly<Record<string, unknown>>,
  event: RecordedEvent,
  observers: Observers,
): Readonly<Record<string, unknown>> {
  /** What this handler has read so far flows into what it writes next. */
  const read = new Set<string>()
  return Object.fromEntries(
    Object.entries(definitions).map(([local, model]) => [
      local,
      observedWriter(models[local] as ModelWriter<Row>, model, event, read, observers),
    ]),
  )
}

function observedWriter(
  writer: ModelWriter<Row>,
  model: ModelDefinition,
  event: RecordedEvent,
  read: Set<string>,
  { sources, watched }: Observers,
): ModelWriter<Row> {
  const wrote = (key: unknown): void => {
    if (typeof key === 'string') sources.wrote({ model, key, event }, read)
  }
  const took = (row: Row | undefined): void => {
    const key = row?.[model.key]
    if (typeof key === 'string') for (const stream of sources.of(model, key)) read.add(stream)
  }
  return {
    insert(row: Row): void {
      writer.insert(row)
      wrote(row[model.key])
    },
    put(row: Row): void {
      writer.put(row)
      wrote(row[model.key])
    },
    update(key: RowKey, change: (row: Row) => Row): void {
      writer.update(key, (row) => watched(() => change(row)))
      wrote(key)
    },
    upsert(key: RowKey, change: (row: Row | undefined) => Row): void {
      writer.upsert(key, (row) => watched(() => change(row)))
      wrote(key)
    },
    remove(key: RowKey): void {
      writer.remove(key)
      wrote(key)
    },
    async get(key: RowKey): Promise<Row | undefined> {
      const row = await writer.get(key)
      took(row)
      return row
    },
    async find(query: Query, options?: Pick<FindOptions, 'sort' | 'limit' | 'skip'>): Promise<readonly Row[]> {
      const rows = await writer.find(query, options)
      for (const row of rows) took(row)
      return rows
    },
  }
}
