import { isDeepStrictEqual } from 'node:util'
import type {
  ErasedContext,
  ModelReader,
  Query,
  Row,
  RowKey,
  RuleDefinition,
  RuleSteps,
  StreamContext,
} from '@micro/core'
import type { Findings } from './findings.ts'
import { watchImpurity } from './impurity.ts'
import type { RowSources } from './row-sources.ts'
import type { ReadRow, RuleRun, RuleRuns } from './rule-runs.ts'

export interface ObserveRulesOptions {
  readonly runs: RuleRuns
  readonly sources: RowSources
  readonly findings: Findings
}

/** The same rule; what it names and what it reads under `models` while it decides is noted, and `stream` is asked twice. */
export function observeRule(rule: RuleDefinition, options: ObserveRulesOptions): RuleDefinition {
  const { stream, streams, authorize, validate, events } = rule.steps
  const observed = <Context extends ErasedContext>(context: Context): Context =>
    withModels(context, observedReaders(context.models, options.runs.of(rule, context.commandId), options.sources))
  const steps: RuleSteps = {
    ...rule.steps,
    ...(stream && { stream: (payload, context) => named(stream, payload, context) }),
    ...(streams && { streams: (payload, context) => named(streams, payload, context) }),
    ...(authorize && { authorize: (request) => authorize(observed(request)) }),
    ...(validate && { validate: (payload, context) => validate(payload, observed(context)) }),
    ...(events && { events: (payload, context) => events(payload, observed(context)) }),
  }
  return Object.freeze({ ...rule, steps })

  function named(
    ask: (payload: unknown, context: StreamContext) => unknown,
    payload: unknown,
    context: StreamContext,
  ): unknown {
    const { findings, runs } = options
    const { name } = rule.contract
    const remedy =
      'Make the name of the payload, the identity and commandId alone (context.newId for new keys): a repeat must name the same stream.'
    const watched = (): unknown =>
      watchImpurity(
        () => ask(payload, context),
        (what) => findings.add(`The streams of "${name}" depend on ${what}. ${remedy}`),
      )
    const answer = watched()
    const again = watched()
    if (!isDeepStrictEqual(answer, again))
      findings.add(
        `The streams of "${name}" are ${JSON.stringify(answer)}, and ${JSON.stringify(again)} when asked again. ${remedy}`,
      )
    runs.of(rule, context.commandId).named = (Array.isArray(answer) ? answer : [answer]).map(String)
    return answer
  }
}

/** The context with other models; its own members are getters that only work on itself. */
function withModels<Context extends object>(context: Context, models: unknown): Context {
  return new Proxy(context, {
    get: (target, member): unknown => (member === 'models' ? models : Reflect.get(target, member, target)),
  })
}

function observedReaders(
  models: unknown,
  run: RuleRun,
  sources: RowSources,
): Readonly<Record<string, ModelReader<Row>>> {
  const readers = models as Readonly<Record<string, ModelReader<Row>>>
  return Object.fromEntries(
    Object.entries(readers).map(([local, reader]) => [local, observedReader(local, reader, run, sources)]),
  )
}

function observedReader(local: string, reader: ModelReader<Row>, run: RuleRun, sources: RowSources): ModelReader<Row> {
  const model = run.rule.models[local]
  if (model === undefined) return reader
  const rowOf = (key: RowKey): ReadRow => ({ key, sources: new Set(sources.of(model, key)) })
  // An absent row that was there once is what its streams made of it.
  const noteKey = (key: RowKey, row: Row | undefined): void => {
    const read = rowOf(key)
    const rows = row !== undefined || read.sources.size > 0 ? [read] : []
    const findsSomething = async (): Promise<boolean> => (await reader.get(key)) !== undefined
    run.reads.push({ model, what: `${model.name} ${JSON.stringify(key)}`, rows, findsSomething })
  }
  const noteQuery = (query: Query, found: readonly Row[]): void => {
    const rows = found.map((row) => rowOf(row[model.key] as string))
    const findsSomething = async (): Promise<boolean> => (await reader.find(query)).length > 0
    run.reads.push({ model, what: `${model.name} rows with ${JSON.stringify(query)}`, rows, findsSomething })
  }
  return {
    async get(key) {
      const row = await reader.get(key)
      noteKey(key, row)
      return row
    },
    async require(key) {
      noteKey(key, await reader.get(key))
      return reader.require(key)
    },
    async find(query, options) {
      const rows = await reader.find(query, options)
      noteQuery(query, rows)
      return rows
    },
    async count(query) {
      noteQuery(query, await reader.find(query))
      return reader.count(query)
    },
  }
}
