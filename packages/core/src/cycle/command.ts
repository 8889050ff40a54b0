import type { ProjectionRunner } from '../projections/projection-runner.ts'
import type { CommandEndpoint, ModelHomes } from '../wiring/endpoint.ts'
import type { HandlerSurroundings } from './handler-context.ts'
import type { Instance } from './instance.ts'
import { accessModels } from './model-access.ts'

/** A command bound to a running instance. */
export interface Command {
  readonly endpoint: CommandEndpoint
  readonly instance: Instance
  readonly surroundings: HandlerSurroundings
  readonly models: unknown
  readonly lookups: unknown
  /** Projections of the models that the rule decides on. */
  readonly decidedOn: readonly ProjectionRunner[]
  /** Projections of everything that the rule reads. */
  readonly reads: readonly ProjectionRunner[]
  /** Projections that must have the command's events before it is done: those it reads, and those its events change. */
  readonly changes: readonly ProjectionRunner[]
}

export function bindCommand(
  endpoint: CommandEndpoint,
  homes: ModelHomes,
  instance: Instance,
  surroundings: HandlerSurroundings,
): Command {
  const models = accessModels(endpoint.rule.models, homes, instance)
  const lookups = accessModels(endpoint.rule.lookups, homes, instance)
  const reads = [...new Set([...models.runners, ...lookups.runners])]
  const { service } = instance.host
  const changed = [...instance.runners.values()].filter(({ plan }) => {
    const handled = plan.handlers.get(service)
    return handled !== undefined && [...endpoint.events.keys()].some((type) => handled.has(type))
  })
  return {
    endpoint,
    instance,
    surroundings,
    models: models.readers,
    lookups: lookups.readers,
    decidedOn: models.runners,
    reads,
    changes: [...new Set([...reads, ...changed])],
  }
}
