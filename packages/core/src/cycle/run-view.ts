import type { ProjectionRunner } from '../projections/projection-runner.ts'
import type { JsonWithSecrets } from '../values/seal-json.ts'
import type { ModelHomes, ViewEndpoint } from '../wiring/endpoint.ts'
import { awaitPositions } from './await-positions.ts'
import type { Call } from './call.ts'
import { authorizationError } from './decide.ts'
import { HandlerContext, type HandlerSurroundings } from './handler-context.ts'
import type { Instance } from './instance.ts'
import { accessModels, lowestApplied } from './model-access.ts'

/** A view bound to a running instance. */
export interface View {
  readonly endpoint: ViewEndpoint
  readonly instance: Instance
  readonly surroundings: HandlerSurroundings
  readonly models: unknown
  readonly reads: readonly ProjectionRunner[]
}

export function bindView(
  endpoint: ViewEndpoint,
  homes: ModelHomes,
  instance: Instance,
  surroundings: HandlerSurroundings,
): View {
  const { readers, runners } = accessModels(endpoint.view.models, homes, instance)
  return { endpoint, instance, surroundings, models: readers, reads: runners }
}

/** Waits for the context's positions, authorizes, and answers from models as they are then. */
export async function runView(view: View, call: Call, payload: JsonWithSecrets): Promise<unknown> {
  const { endpoint, instance, reads } = view
  const waiting = awaitPositions(instance, reads, call)
  if (waiting !== undefined) await waiting
  call.check()
  // Asked before the first row is read: rows may be newer than the position that the reply names, never older.
  call.positions.reach(instance.store.id, lowestApplied(instance, reads))
  const context = new HandlerContext(call, view.surroundings, payload, view.models)
  const { authorize, query } = endpoint.view.steps
  call.isDeciding = true
  if (authorize !== undefined) {
    const refused = authorizationError(await authorize(context), endpoint.name)
    if (refused !== undefined) throw refused
  }
  return query(payload, context)
}
