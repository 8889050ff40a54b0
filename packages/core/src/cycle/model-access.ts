import { isMicroError, MicroError } from '../errors/micro-error.ts'
import type { Position } from '../ports/event-store.ts'
import type { FindOptions, Query, Row, RowKey, Table } from '../ports/projection-store.ts'
import type { ProjectionRunner } from '../projections/projection-runner.ts'
import { guardData } from '../query/guard-data.ts'
import type { ModelReader, Models } from '../sheets/model.ts'
import type { ModelHomes } from '../wiring/endpoint.ts'
import type { Call } from './call.ts'
import type { Instance } from './instance.ts'

/** The models that a sheet names: readers by local name, and the projections that hold their rows. */
export interface ModelAccess {
  readonly readers: Readonly<Record<string, ModelReader<Row>>>
  readonly runners: readonly ProjectionRunner[]
}

export function accessModels(models: Models, homes: ModelHomes, instance: Instance): ModelAccess {
  const readers: Record<string, ModelReader<Row>> = {}
  const runners = new Set<ProjectionRunner>()
  for (const [local, model] of Object.entries(models)) {
    const runner = instance.runners.get(homes.get(model) ?? '')
    if (runner === undefined) throw new TypeError(`Model "${model.name}" has no projection`)
    runners.add(runner)
    readers[local] = readerOf(runner, model.name, instance)
  }
  return { readers: Object.freeze(readers), runners: [...runners] }
}

/** Reads the generation that the runner applies: `applied` is what its rows reflect. */
function readerOf(runner: ProjectionRunner, model: string, { projections, reads }: Instance): ModelReader<Row> {
  const table: Table = { ...runner.generation, model }
  // No answer of the model's, that a rule could take for a "no": there is nothing left to read.
  const lost = (error: unknown): never => {
    throw isMicroError(error, 'MICRO_NOT_FOUND') ? runner.lose() : error
  }
  const read = <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    reads.count++
    return answer.catch(lost)
  }
  // Without `async`: rules read a row or two per command, and this halves what that takes.
  const get = (key: RowKey): Promise<Row | undefined> => {
    if (typeof key !== 'string') return Promise.reject(new TypeError(`${model}: a key is a string, not ${typeof key}`))
    reads.count++
    return projections.get(table, [key]).then(firstRow, lost)
  }
  return Object.freeze({
    get,
    async require(key: RowKey): Promise<Row> {
      const row = await get(key)
      if (row === undefined) throw new MicroError('MICRO_NOT_FOUND', `There is no ${model} "${key}".`)
      return row
    },
    find(query: Query, options?: Pick<FindOptions, 'sort' | 'limit' | 'skip'>): Promise<readonly Row[]> {
      return read(projections.find(table, guardData(query), options))
    },
    count(query: Query): Promise<number> {
      return read(projections.count(table, guardData(query)))
    },
  })
}

const firstRow = ([row]: readonly (Row | undefined)[]): Row | undefined => row

/** @throws MicroError `MICRO_PROJECTION_HALTED`, outcome `none`: nothing was written yet */
export function assertNotHalted(runners: readonly ProjectionRunner[]): void {
  for (const { halted } of runners) if (halted !== undefined) throw halted
}

/** Waits until the tail and these projections have reached a position; `undefined` when they have. */
export function reachAll(
  instance: Instance,
  runners: readonly ProjectionRunner[],
  position: Position,
  call: Call,
): Promise<void> | undefined {
  for (const [at, runner] of runners.entries()) {
    const wait = runner.reach(position, call)
    if (wait !== undefined) return wait.then(() => reachAll(instance, runners.slice(at + 1), position, call))
  }
  return instance.tail.reach(position, call)
}

/** The lowest position that the rows of these projections reflect; without projections, what the tail has seen. */
export function lowestApplied(instance: Instance, runners: readonly ProjectionRunner[]): Position {
  let lowest = runners.length === 0 ? instance.tail.position : Infinity
  for (const { applied } of runners) if (applied < lowest) lowest = applied
  return lowest
}
